import type { Transaction } from '@titanforge/core'
import { v7 as uuidv7, validate as isUuid } from 'uuid'
import { lockCustomer } from './locks.js'
import type { Applying } from './objects/object-rule.js'
import { announcePayments } from './payments.js'
import { publishState } from './subscription-state.js'

/**
 * Finds the user whom an object of Stripe belongs to: by its customer, or by the reference that we gave to
 * Stripe, from which the customer is learnt too. Events come in any order, so what was stored for the
 * customer while it was a stranger is given to the user then.
 *
 * @returns undefined for a stranger.
 */
export async function resolveUser(
  applying: Applying,
  stripeCustomerId: string | null,
  reference: string | null | undefined,
): Promise<string | undefined> {
  const { tx } = applying
  if (stripeCustomerId) {
    await lockCustomer(tx, stripeCustomerId)
    const known = await customersUser(tx, stripeCustomerId)
    if (known) return known
  }
  const userId = reference ? await referredUser(tx, reference) : undefined
  if (userId && stripeCustomerId) await link(applying, userId, stripeCustomerId)
  return userId
}

async function customersUser(
  tx: Transaction,
  stripeCustomerId: string,
): Promise<string | undefined> {
  const rows = await tx.query<{ user_id: string }>(
    'SELECT user_id FROM customer_links WHERE stripe_customer_id = $1',
    [stripeCustomerId],
  )
  return rows[0]?.user_id
}

async function referredUser(tx: Transaction, reference: string): Promise<string | undefined> {
  const rows = await tx.query<{ user_id: string }>(
    `SELECT user_id FROM customer_references WHERE reference = $1
     UNION ALL SELECT id FROM users WHERE id = $2`,
    [reference, isUuid(reference) ? reference : null],
  )
  return rows[0]?.user_id
}

/**
 * A user has one current customer per mode, but Stripe makes another for each Payment Link; what that one
 * pays for is the user's too. A deleted customer stays linked, so that its last events do not bring it back.
 */
async function link(applying: Applying, userId: string, stripeCustomerId: string): Promise<void> {
  const { tx, livemode } = applying
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
  if (current.length > 0) {
    await tx.query('UPDATE users SET stripe_customer_id = $2, updated_at = now() WHERE id = $1', [
      userId,
      stripeCustomerId,
    ])
  }
  await adopt(applying, userId, stripeCustomerId)
}

async function adopt(applying: Applying, userId: string, stripeCustomerId: string): Promise<void> {
  const { tx } = applying
  const values = [userId, stripeCustomerId]
  const adopted = await tx.query<{ id: string }>(
    'UPDATE subscriptions SET user_id = $1 WHERE stripe_customer_id = $2 AND user_id IS NULL RETURNING id',
    values,
  )
  for (const { id } of adopted) await publishState(applying, id)
  await tx.query(
    'UPDATE invoices SET user_id = $1 WHERE stripe_customer_id = $2 AND user_id IS NULL',
    values,
  )
  await tx.query(
    'UPDATE charges SET user_id = $1 WHERE stripe_customer_id = $2 AND user_id IS NULL',
    values,
  )
  await announcePayments(applying, { stripeCustomerId })
}
