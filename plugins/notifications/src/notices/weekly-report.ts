import { weeklyReported } from '@titanforge/analytics'
import type { Block } from '../letter/letter.js'
import { openProduct } from '../letter/open-product.js'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'

type Week = Parameters<NonNullable<typeof weeklyReported.key>>[0]

/** What a week came to, in figures and, where there is one, as a picture. */
export const weekBlocks = ({ weekStart, figures, chart }: Week): Block[] => [
  { paragraph: `This is what came of the week from ${utcDay(weekStart)}:` },
  { facts: figures },
  ...(chart ? [{ picture: { name: 'chart', ...chart } }] : []),
]

/** Tells one of those who run the application what the week came to. */
export const weeklyReport = defineNotice({
  name: 'weekly-report',
  topic: 'reports',
  event: weeklyReported,
  businessKey: ({ userId, weekStart }) => `weekly-report:${userId}:${weekStart}`,
  // A week in which nothing happened needs no mail.
  wanted: ({ figures }) => figures.length > 0,
  letter: (week, { product }) => ({
    subject: `The week of ${product.productName}`,
    blocks: [...weekBlocks(week), ...openProduct(product)],
  }),
})
