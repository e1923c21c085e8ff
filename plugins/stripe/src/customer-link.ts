import type { Transaction } from '@titanforge/core'
import { v7 as uuidv7, validate as isUuid } from 'uuid'
import { announceFailures } from './announce/failures.js'
import { announceFeatures } from './announce/features.js'
import { announcePayments } from './announce/payments.js'
import { announcePurchases } from './announce/purchases.js'
import { settleCustomer } from './announce/settle-payment.js'
import { announceTrials } from './announce/trials.js'
import { lockCustomer, lockUser, shareProducts } from './locks.js'
import type { Applying } from './objects/object-rule.js'
import { publishState } from './subscription-state.js'

/**
 * Finds the user whom an object of Stripe belongs to: by its customer, or by the reference that we gave to
 * Stripe, from which the customer is learnt too. Events come in any order, so what was stored for the
 * customer while it was a stranger is given to the user then.
 *
 * @param references in the order in which they are believed; the first that means somebody counts.
 * @returns undefined for a stranger.
 */
export async function resolveUser(
  applying: Applying,
  stripeCustomerId: string | null,
  ...references: (string | null | undefined)[]
): Promise<string | undefined> {
  const { tx } = applying
  if (stripeCustomerId) {
    await lockCustomer(tx, stripeCustomerId)
    const known = await customersUser(tx, stripeCustomerId)
    if (known) return known
  }
  const userId = await referredUser(tx, references)
  if (userId && stripeCustomerId) await link(applying, userId, stripeCustomerId)
  return userId
}

/** Whose customer it is, as far as that is known. */
export async function customersUser(
  tx: Transaction,
  stripeCustomerId: string,
): Promise<string | undefined> {
  const rows = await tx.query<{ user_id: string }>(
    'SELECT user_id FROM customer_links WHERE stripe_customer_id = $1',
    [stripeCustomerId],
  )
  return rows[0]?.user_id
}

async function referredUser(
  tx: Transaction,
  references: readonly (string | null | undefined)[],
): Promise<string | undefined> {
  for (const reference of references) {
    if (!reference) continue
    const rows = await tx.query<{ user_id: string }>(
      `SELECT user_id FROM customer_references WHERE reference = $1
       UNION ALL SELECT id FROM users WHERE id = $2`,
      [reference, isUuid(reference) ? reference : null],
    )
    if (rows[0]) return rows[0].user_id
  }
  return undefined
}

/**
 * A user has one current customer per mode, but Stripe makes another for each Payment Link; what that one
 * pays for is the user's too. A deleted customer stays linked, so that its last events do not bring it back.
 */
async function link(applying: Applying, userId: string, stripeCustomerId: string): Promise<void> {
  const { tx, livemode } = applying
  await lockUser(tx, userId)
  await tx.query('INSERT INTO customer_links (stripe_customer_id, user_id) VALUES ($1, $2)', [
    stripeCustomerId,
    userId,
  ])
  const current = await tx.query(
    `INSERT INTO customers (id, user_id, livemode, stripe_customer_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id, livemode) DO UPDATE SET stripe_customer_id = excluded.stripe_customer_id
       WHERE customers.stripe_customer_id IS NULL
     RETURNING 1`,
    [uuidv7(), userId, livemode, stripeCustomerId],
  )
  await adopt(applying, userId, stripeCustomerId)
  if (current.length === 0) return
  await tx.query('UPDATE users SET stripe_customer_id = $2, updated_at = now() WHERE id = $1', [
    userId,
    stripeCustomerId,
  ])
}

async function adopt(applying: Applying, userId: string, stripeCustomerId: string): Promise<void> {
  const { tx } = applying
  await settleCustomer(applying, stripeCustomerId)
  await shareProducts(tx, await productsOf(tx, stripeCustomerId))
  const values = [userId, stripeCustomerId]
  for (const table of ['invoices', 'purchases', 'credit_notes']) {
    await tx.query(
      `UPDATE ${table} SET user_id = $1 WHERE stripe_customer_id = $2 AND user_id IS NULL`,
      values,
    )
  }
  const adopted = await tx.query<{ id: string }>(
    'UPDATE subscriptions SET user_id = $1 WHERE stripe_customer_id = $2 AND user_id IS NULL RETURNING id',
    values,
  )
  for (const { id } of adopted) await publishState(applying, id)
  await announcePayments(applying, { stripeCustomerId })
  await announceFailures(applying, { stripeCustomerId })
  await announceTrials(applying, { stripeCustomerId })
  await announcePurchases(applying, { stripeCustomerId })
  await announceFeatures(applying, stripeCustomerId)
}

/** Every product that a customer has bought, or subscribed to. */
export async function productsOf(tx: Transaction, stripeCustomerId: string): Promise<string[]> {
  const rows = await tx.query<{ product: string }>(
    `SELECT DISTINCT item ->> 'productId' AS product
     FROM (SELECT items, stripe_customer_id FROM subscriptions UNION ALL SELECT items, stripe_customer_id FROM purchases) AS bought,
       jsonb_array_elements(items) AS item
     WHERE stripe_customer_id = $1`,
    [stripeCustomerId],
  )
  return rows.map(({ product }) => product)
}
