import { isDeepStrictEqual } from 'node:util'
import type { Transaction } from '@titanforge/core'
import { givesAccess, graceUntil, isKnownStatus, scheduledEnd } from './access.js'
import { catalogueOf, type CatalogueEntry } from './catalogue/entries.js'
import {
  subscriptionChanged,
  type Discount,
  type SubscriptionItem,
  type SubscriptionState,
} from './contract.js'
import { discountsOf } from './objects/customer-discount.js'
import type { Applying } from './objects/object-rule.js'
import type { StoredItem } from './objects/subscription-item.js'

interface Row {
  user_id: string | null
  stripe_subscription_id: string
  stripe_customer_id: string
  status: string
  current_period_start: Date | null
  current_period_end: Date | null
  cancel_at_period_end: boolean
  cancel_at: Date | null
  ended_at: Date | null
  trial_end: Date | null
  items: StoredItem[]
  discounts: Discount[]
  collection_paused: string | null
  state: SubscriptionState | null
  revision: number
  effective_at: Date | null
  created_at: Date
}

/**
 * Publishes a subscription's state where it differs from what was published last. A second event for the
 * same change therefore says nothing. Nothing is published while the customer is a stranger.
 *
 * @returns whether it differed.
 */
export async function publishState(applying: Applying, subscriptionId: string): Promise<boolean> {
  const { tx, publish, graceDays } = applying
  const [row] = await tx.query<Row>('SELECT * FROM subscriptions WHERE id = $1 FOR UPDATE', [
    subscriptionId,
  ])
  if (!row?.user_id) return false
  const prices = row.items.map((item) => item.priceId)
  const firstFailedAt = await firstFailure(tx, row.stripe_subscription_id)
  const grace = { ...row, currentPeriodStart: row.current_period_start, firstFailedAt }
  const discounts =
    row.discounts.length > 0 ? row.discounts : await discountsOf(tx, row.stripe_customer_id)
  const terms = { ...row, discounts }
  const after = stateOf(terms, await catalogueOf(tx, prices), graceUntil(grace, graceDays))
  if (isDeepStrictEqual(after, row.state)) return false
  const revision = row.revision + 1
  const effectiveAt = effectiveTime(row, after, applying.occurredAt)
  await tx.query(
    'UPDATE subscriptions SET state = $2, revision = $3, effective_at = $4 WHERE id = $1',
    [subscriptionId, JSON.stringify(after), revision, effectiveAt],
  )
  if (!isKnownStatus(row.status))
    applying.alert('a subscription has a status that is not known; it changes no access', {
      subscriptionId,
      status: row.status,
    })
  await chooseCurrent(applying, row.user_id)
  await publish(subscriptionChanged, {
    subscriptionId,
    userId: row.user_id,
    revision,
    effectiveAt: effectiveAt.toISOString(),
    before: row.state,
    after,
  })
  return true
}

/** Publishes every subscription whose plan's name or grants have changed. */
export async function refreshSubscriptions(
  applying: Applying,
  which: { stripeProductId: string },
): Promise<void> {
  const rows = await applying.tx.query<{ id: string }>(
    'SELECT id FROM subscriptions WHERE items @> $1::jsonb ORDER BY id',
    [JSON.stringify([{ productId: which.stripeProductId }])],
  )
  for (const { id } of rows) await publishState(applying, id)
}

/**
 * When the present lateness began: with the first failure of an invoice that is still not paid. A later invoice
 * that was paid since has ended what was late before it, also where that was never paid.
 */
async function firstFailure(tx: Transaction, stripeSubscriptionId: string): Promise<Date | null> {
  const [row] = await tx.query<{ failed_at: Date | null }>(
    `SELECT min(failed_at) AS failed_at FROM invoice_failures JOIN invoices late USING (stripe_invoice_id)
     WHERE stripe_subscription_id = $1 AND status NOT IN ('paid', 'void') AND NOT EXISTS (
       SELECT 1 FROM invoices later WHERE later.stripe_subscription_id = $1 AND later.status = 'paid'
         AND later.created_at > late.created_at AND later.paid_at >= failed_at)`,
    [stripeSubscriptionId],
  )
  return row?.failed_at ?? null
}

function stateOf(
  row: Row,
  catalogue: Map<string, CatalogueEntry>,
  grace: Date | null,
): SubscriptionState {
  const end = scheduledEnd({
    status: row.status,
    cancelAt: row.cancel_at,
    cancelAtPeriodEnd: row.cancel_at_period_end,
    currentPeriodEnd: row.current_period_end,
  })
  const known = isKnownStatus(row.status)
  return {
    status: row.status,
    access: known ? givesAccess(row.status) : (row.state?.access ?? false),
    currentPeriodStart: row.current_period_start?.toISOString() ?? null,
    currentPeriodEnd: row.current_period_end?.toISOString() ?? null,
    cancelAtPeriodEnd: row.cancel_at_period_end,
    scheduledEnd: end?.toISOString() ?? null,
    graceUntil: (known ? grace?.toISOString() : row.state?.graceUntil) ?? null,
    trialEnd: row.trial_end?.toISOString() ?? null,
    items: row.items.map((item) => describe(item, catalogue.get(item.priceId))),
    ...(row.discounts.length > 0 && { discounts: row.discounts }),
    ...(row.collection_paused !== null && { collectionPaused: row.collection_paused }),
  }
}

function describe(item: StoredItem, entry: CatalogueEntry | undefined): SubscriptionItem {
  const { priceId, productId, unitAmount, currency, interval, intervalCount, metered } = item
  const { name = null, grants = { features: [], limits: {} } } = entry ?? {}
  const quantity = item.quantity ?? 1
  const price = { priceId, productId, unitAmount, currency, interval, intervalCount, metered }
  const { pricing, discounts, includedTaxPercent } = item
  return {
    ...price,
    name,
    quantity,
    grants,
    ...(pricing && { pricing }),
    ...(discounts && { discounts }),
    ...(includedTaxPercent !== undefined && { includedTaxPercent }),
  }
}

/**
 * When a state took effect: with the subscription's beginning or end, where it is that; else when Stripe
 * says that something changed. A catalogue event may be older than the subscription, so never before what
 * was said last.
 */
function effectiveTime(row: Row, after: SubscriptionState, occurredAt: Date): Date {
  const ends = row.ended_at !== null && row.state?.access === true && !after.access
  const at = ends ? row.ended_at : row.state === null ? row.created_at : occurredAt
  const times = [at, row.created_at, row.effective_at].flatMap((time) => time?.getTime() ?? [])
  return new Date(Math.max(...times))
}

/**
 * A user's current subscription is the newest that gives access. That there are two is no error of the
 * user's: both are flagged, and somebody should look at it.
 */
async function chooseCurrent({ tx, alert }: Applying, userId: string): Promise<void> {
  // One at a time for a user, or two subscriptions that change at once would not see each other. Whoever
  // writes a row of the user's meanwhile, as everybody here has, is not waited for.
  await tx.query('SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId])
  const paying = await tx.query<{ id: string }>(
    `SELECT id FROM subscriptions WHERE user_id = $1 AND (state ->> 'access')::boolean
     ORDER BY created_at DESC, id DESC`,
    [userId],
  )
  await tx.query('UPDATE users SET current_subscription_id = $2 WHERE id = $1', [
    userId,
    paying[0]?.id ?? null,
  ])
  const subscriptionIds = paying.length > 1 ? paying.map(({ id }) => id) : []
  const flagged = await tx.query<{ overlapping: boolean }>(
    `UPDATE subscriptions SET overlapping = NOT overlapping
     WHERE user_id = $1 AND overlapping <> (id = ANY($2)) RETURNING overlapping`,
    [userId, subscriptionIds],
  )
  if (flagged.some(({ overlapping }) => overlapping))
    alert('a user pays for several subscriptions at once', { userId, subscriptionIds })
}
