import { defineAgent, on, type AnyAgent } from '@titanforge/core'
import { disputeClosed, paymentSucceeded, refunded, subscriptionChanged } from '@titanforge/stripe'
import type { AnalyticsConfig } from './config.js'
import { recordMrrChange } from './facts/mrr-change.js'
import { recordRevenue } from './facts/revenue-entry.js'

/** Turns the event log into figures: the facts at once, the figures when its jobs come due. */
export function analyticsAgent({ livemode, mrr }: AnalyticsConfig): AnyAgent {
  return defineAgent({
    name: 'analytics-agent',
    description: 'Turns the event log into figures.',
    on: [
      on(subscriptionChanged, 'analytics.mrr', ({ tx, payload }) =>
        recordMrrChange(tx, payload, { policy: mrr, livemode }),
      ),
      on(paymentSucceeded, 'analytics.payments', ({ tx, event, payload }) => {
        const { paidAt: at, ...payment } = payload
        return recordRevenue(tx, { ...payment, kind: 'payment', eventId: event.id, at }, livemode)
      }),
      on(refunded, 'analytics.refunds', ({ tx, event, payload }) => {
        const { refundedAt: at, ...refund } = payload
        return recordRevenue(tx, { ...refund, kind: 'refund', eventId: event.id, at }, livemode)
      }),
      on(disputeClosed, 'analytics.disputes', async ({ tx, event, payload }) => {
        const { closedAt: at, outcome, ...dispute } = payload
        if (outcome === 'won') return
        const entry = { ...dispute, kind: 'dispute_lost' as const, eventId: event.id, at }
        await recordRevenue(tx, entry, livemode)
      }),
    ],
  })
}
