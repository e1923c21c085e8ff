import { parse, type Transaction } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { announceTrials } from '../announce/trials.js'
import { resolveUser } from '../customer-link.js'
import { shareProducts } from '../locks.js'
import { publishState } from '../subscription-state.js'
import type { ObjectRule } from './object-rule.js'
import { discounts } from './discount.js'
import { ACCOUNT_KEY, metadata, moment, reference } from './reading.js'
import { subscriptionItem, type StoredItem } from './subscription-item.js'

const subscription = z.object({
  id: z.string(),
  customer: reference.pipe(z.string()),
  discounts,
  pause_collection: z.object({ behavior: z.string() }).nullish(),
  status: z.string(),
  items: z.object({ data: z.array(subscriptionItem) }),
  cancel_at_period_end: z.boolean(),
  cancel_at: moment,
  canceled_at: moment,
  ended_at: moment,
  trial_end: moment,
  latest_invoice: reference,
  livemode: z.boolean(),
  metadata,
  created: moment,
  // Where API versions before 2025-03-31 keep the period.
  current_period_start: moment,
  current_period_end: moment,
})

// What is cancelled, or has expired, stays so: who subscribes again has another subscription. What was only missing
// is what Stripe shows of it.
const WRITE = `
  INSERT INTO subscriptions (id, user_id, product_id, stripe_subscription_id, stripe_customer_id, status,
    current_period_start, current_period_end, cancel_at_period_end, cancel_at, canceled_at, ended_at, trial_end,
    livemode, items, latest_invoice, created_at, discounts, collection_paused)
  VALUES ($1, $2, (SELECT id FROM products WHERE stripe_price_id = $3), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
    $14, $15, $16, coalesce($17, now()), $18, $19)
  ON CONFLICT (stripe_subscription_id) DO UPDATE SET
    user_id = coalesce(subscriptions.user_id, excluded.user_id), product_id = excluded.product_id,
    stripe_customer_id = excluded.stripe_customer_id, status = excluded.status,
    current_period_start = excluded.current_period_start, current_period_end = excluded.current_period_end,
    cancel_at_period_end = excluded.cancel_at_period_end, cancel_at = excluded.cancel_at,
    canceled_at = excluded.canceled_at, ended_at = excluded.ended_at, trial_end = excluded.trial_end,
    discounts = excluded.discounts, collection_paused = excluded.collection_paused,
    livemode = excluded.livemode, items = excluded.items, latest_invoice = excluded.latest_invoice, is_missing = false,
    updated_at = now()
  WHERE subscriptions.status NOT IN ('canceled', 'incomplete_expired') OR subscriptions.is_missing
    OR subscriptions.status = excluded.status
  RETURNING id`

export const subscriptionRule: ObjectRule = {
  async apply(applying, object) {
    const it = parse(subscription, object, 'Stripe subscription')
    const userId = await resolveUser(applying, it.customer, it.metadata[ACCOUNT_KEY])
    const items = it.items.data
    await shareProducts(
      applying.tx,
      items.map((item) => item.productId),
    )
    const newTerms = await newUnknownTerms(applying.tx, it.id, items)
    const [first] = items
    const at = (seconds: number | null | undefined) =>
      seconds == null ? null : new Date(seconds * 1000)
    const rows = await applying.tx.query<{ id: string }>(WRITE, [
      uuidv7(),
      userId ?? null,
      first?.priceId ?? null,
      it.id,
      it.customer,
      it.status,
      at(first?.periodStart) ?? it.current_period_start,
      at(first?.periodEnd) ?? it.current_period_end,
      it.cancel_at_period_end,
      it.cancel_at,
      it.canceled_at,
      it.ended_at,
      it.trial_end,
      it.livemode,
      JSON.stringify(items),
      it.latest_invoice,
      it.created,
      JSON.stringify(it.discounts),
      it.pause_collection?.behavior ?? null,
    ])
    for (const { id } of rows) {
      await publishState(applying, id)
      if (newTerms.length > 0)
        applying.alert('a subscription has terms that are not known; they change no access', {
          subscriptionId: id,
          terms: newTerms,
        })
    }
  },
  // Stripe keeps cancelled subscriptions readable. One that is gone altogether pays for nothing, but nobody has said
  // that it has ended: it may be the API key that is of another account.
  async remove(applying, id) {
    const rows = await applying.tx.query<{ id: string }>(
      `UPDATE subscriptions SET status = 'canceled', is_missing = true, ended_at = $2, updated_at = now()
       WHERE stripe_subscription_id = $1 AND status NOT IN ('canceled', 'incomplete_expired') RETURNING id`,
      [id, applying.occurredAt],
    )
    for (const row of rows) {
      await publishState(applying, row.id)
      applying.alert('Stripe does not have a subscription that was alive; it counts as canceled', {
        subscriptionId: row.id,
        stripeSubscriptionId: id,
      })
    }
  },
  async witness(applying, { type, data }) {
    if (type !== 'customer.subscription.trial_will_end') return
    const { id, trial_end } = parse(endingTrial, data.object, 'Stripe subscription')
    await applying.tx.query(
      'UPDATE subscriptions SET trial_warned_for = $2 WHERE stripe_subscription_id = $1',
      [id, trial_end],
    )
    await announceTrials(applying, { stripeSubscriptionId: id })
  },
}

/** Words that are not known and that the subscription, as it is stored, does not have: each is told once. */
async function newUnknownTerms(
  tx: Transaction,
  stripeSubscriptionId: string,
  items: readonly StoredItem[],
): Promise<string[]> {
  const terms = unknownTermsOf(items)
  if (terms.length === 0) return []
  const [stored] = await tx.query<{ items: StoredItem[] }>(
    'SELECT items FROM subscriptions WHERE stripe_subscription_id = $1',
    [stripeSubscriptionId],
  )
  const told = unknownTermsOf(stored?.items ?? [])
  return terms.filter((term) => !told.includes(term))
}

const unknownTermsOf = (items: readonly StoredItem[]): string[] =>
  items.flatMap(({ unknownTerms = [] }) => unknownTerms)

const endingTrial = subscription.pick({ id: true, trial_end: true })
