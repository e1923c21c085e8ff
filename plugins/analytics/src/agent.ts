import { defineAgent, on, type AnyAgent } from '@titanforge/core'
import { subscriptionChanged } from '@titanforge/stripe'
import { subscriptionMrr } from './mrr.js'

/** Turns the event log into figures. */
export function analyticsAgent(): AnyAgent {
  return defineAgent({
    name: 'analytics-agent',
    description: 'Turns the event log into figures.',
    on: [
      on(subscriptionChanged, 'analytics.mrr', async ({ tx, payload }) => {
        const { subscriptionId, revision, userId, effectiveAt, after } = payload
        const currency = after.items[0]?.currency
        if (!currency) return
        await tx.query(
          `INSERT INTO mrr_changes (subscription_id, revision, user_id, currency, amount, effective_at)
           VALUES ($1, $2, (SELECT id FROM users WHERE id = $3 FOR KEY SHARE), $4, $5, $6) ON CONFLICT (subscription_id, revision) DO NOTHING`,
          [subscriptionId, revision, userId, currency, subscriptionMrr(after), effectiveAt],
        )
      }),
    ],
  })
}
