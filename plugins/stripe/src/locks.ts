import type { Transaction } from '@titanforge/core'

// Advisory locks, because what they guard may not have a row yet. Held to the end of the transaction, and
// taken in this order by everybody: customer, user, payment, products.

const lock = async (tx: Transaction, id: string) =>
  void (await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`stripe:${id}`]))

/** One at a time for a customer, so that a link and the objects it is for cannot miss each other. */
export const lockCustomer = (tx: Transaction, stripeCustomerId: string): Promise<void> =>
  lock(tx, stripeCustomerId)

/** One at a time for a user, while it changes which customers are the user's. */
export const lockUser = (tx: Transaction, userId: string): Promise<void> => lock(tx, userId)

/** One at a time for a payment: its charge, refunds, disputes and purchase come in any order. */
export const lockPayment = (tx: Transaction, payment: string): Promise<void> => lock(tx, payment)

/** Alone with a product, while what it grants changes. */
export const lockProduct = (tx: Transaction, stripeProductId: string): Promise<void> =>
  lock(tx, stripeProductId)

/** Keeps products as they are, while what was bought of them is written. Any number at once. */
export async function shareProducts(
  tx: Transaction,
  stripeProductIds: readonly string[],
): Promise<void> {
  // In one order for everybody, so that no two wait for each other.
  for (const id of [...new Set(stripeProductIds)].toSorted()) {
    await tx.query('SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [`stripe:${id}`])
  }
}
