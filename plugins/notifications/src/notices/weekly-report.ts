import type { EventType } from '@titanforge/core'
import { openProduct } from '../letter/open-product.js'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice, type Notice } from '../notice.js'

/** What a week came to for one customer. */
export interface WeeklyReport {
  userId: string
  /** The first moment of the week, in UTC. */
  weekStart: string
  /** Figures as people read them, such as `["Agent runs", "128"]`. */
  figures: [label: string, value: string][]
}

/**
 * Tells a customer what the week came to.
 *
 * @param event the event that says so, of whatever counts.
 */
export const weeklyReport = (event: EventType<WeeklyReport>): Notice<WeeklyReport> =>
  defineNotice({
    name: 'weekly-report',
    topic: 'reports',
    event,
    businessKey: ({ userId, weekStart }) => `weekly-report:${userId}:${weekStart}`,
    // A week in which nothing happened needs no mail.
    wanted: ({ figures }) => figures.length > 0,
    letter: ({ weekStart, figures }, { product }) => ({
      subject: `Your week with ${product.productName}`,
      blocks: [
        { paragraph: `This is what came of your week from ${utcDay(weekStart)}:` },
        { facts: figures },
        ...openProduct(product),
      ],
    }),
  })
