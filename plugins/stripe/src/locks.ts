import type { Transaction } from '@titanforge/core'

// Advisory locks, because what they guard may not have a row yet. Held to the end of the transaction.

/** One at a time for a customer, so that a link and the objects it is for cannot miss each other. */
export async function lockCustomer(tx: Transaction, stripeCustomerId: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `stripe:${stripeCustomerId}`,
  ])
}

/** Alone with a product, while what it grants changes. */
export async function lockProduct(tx: Transaction, stripeProductId: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `stripe:${stripeProductId}`,
  ])
}

/** Keeps products as they are, while a subscription to them is written. Any number at once. */
export async function shareProducts(
  tx: Transaction,
  stripeProductIds: readonly string[],
): Promise<void> {
  // In one order for everybody, so that no two wait for each other.
  for (const id of [...new Set(stripeProductIds)].toSorted()) {
    await tx.query('SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [`stripe:${id}`])
  }
}
