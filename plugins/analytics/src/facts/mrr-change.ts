import type { Transaction } from '@titanforge/core'
import type { subscriptionChanged } from '@titanforge/stripe'
import type { MrrPolicy } from '../mrr/policy.js'
import { timeline } from '../mrr/timeline.js'

type Changed = Parameters<NonNullable<typeof subscriptionChanged.key>>[0]

// Written again where it is there, so that a replay applies a policy that was changed.
const CHANGES = `
  INSERT INTO mrr_changes (subscription_id, revision, step, customer_id, currency, at, amount, committed,
                           is_active, status, trial_end, livemode)
  SELECT $1, $2, n - 1, $3, $4, at, amount, committed, is_active, $5, $6,
         coalesce((SELECT livemode FROM subscriptions WHERE id = $1), $7)
  FROM unnest($8::timestamptz[], $9::bigint[], $10::bigint[], $11::boolean[])
    WITH ORDINALITY AS step (at, amount, committed, is_active, n)`

const ITEMS = `
  INSERT INTO mrr_items (subscription_id, revision, step, item, price_id, product_id, amount)
  SELECT $1, $2, step, item, price_id, product_id, numerator::numeric(60, 20) / denominator::numeric
  FROM unnest($3::int[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[])
    AS one (step, item, price_id, product_id, numerator, denominator)`

/**
 * Writes down what a subscription is worth from a change on.
 *
 * @param livemode the mode of a subscription that is not in the tables.
 */
export async function recordMrrChange(
  tx: Transaction,
  { subscriptionId, revision, userId, effectiveAt, after }: Changed,
  { policy, livemode }: { policy: MrrPolicy; livemode: boolean },
): Promise<void> {
  const currency = after.items[0]?.currency
  if (!currency) return
  const steps = timeline(after, new Date(effectiveAt), policy)
  const change = [subscriptionId, revision]
  await tx.query('DELETE FROM mrr_changes WHERE subscription_id = $1 AND revision = $2', change)
  await tx.query(CHANGES, [
    ...change,
    userId,
    currency,
    after.status,
    after.trialEnd ?? null,
    livemode,
    steps.map(({ at }) => at),
    steps.map(({ amount }) => amount),
    steps.map(({ committed }) => committed),
    steps.map(({ isActive }) => isActive),
  ])
  const items = steps.flatMap(({ items }, step) =>
    items.map((amount, item) => ({ step, item, amount, of: after.items[item] })),
  )
  await tx.query(ITEMS, [
    ...change,
    items.map(({ step }) => step),
    items.map(({ item }) => item),
    items.map(({ of }) => of?.priceId),
    items.map(({ of }) => of?.productId),
    items.map(({ amount }) => String(amount.n)),
    items.map(({ amount }) => String(amount.d)),
  ])
}
