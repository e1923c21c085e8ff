import { weeklyReported } from '@titanforge/analytics'
import { openProduct } from '../letter/open-product.js'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'

/** Tells one of those who run the application what the week came to. */
export const weeklyReport = defineNotice({
  name: 'weekly-report',
  topic: 'reports',
  event: weeklyReported,
  businessKey: ({ userId, weekStart }) => `weekly-report:${userId}:${weekStart}`,
  // A week in which nothing happened needs no mail.
  wanted: ({ figures }) => figures.length > 0,
  letter: ({ weekStart, figures }, { product }) => ({
    subject: `The week of ${product.productName}`,
    blocks: [
      { paragraph: `This is what came of the week from ${utcDay(weekStart)}:` },
      { facts: figures },
      ...openProduct(product),
    ],
  }),
})
