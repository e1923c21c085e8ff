import type { Transaction } from '@titanforge/core'
import type { Discount } from '../contract.js'

/**
 * Keeps a customer's discount. Call it with the customer locked.
 *
 * @returns whether it is another than before.
 */
export async function keepDiscount(
  tx: Transaction,
  stripeCustomerId: string,
  discount: Discount | undefined,
): Promise<boolean> {
  const changed = discount
    ? await tx.query(
        `INSERT INTO customer_discounts AS known (stripe_customer_id, discount) VALUES ($1, $2)
         ON CONFLICT (stripe_customer_id) DO UPDATE SET discount = excluded.discount
           WHERE known.discount <> excluded.discount RETURNING 1`,
        [stripeCustomerId, JSON.stringify(discount)],
      )
    : await tx.query('DELETE FROM customer_discounts WHERE stripe_customer_id = $1 RETURNING 1', [
        stripeCustomerId,
      ])
  return changed.length > 0
}

/** What lowers the prices of a customer's subscriptions that have no discount of their own. */
export async function discountsOf(tx: Transaction, stripeCustomerId: string): Promise<Discount[]> {
  const rows = await tx.query<{ discount: Discount }>(
    'SELECT discount FROM customer_discounts WHERE stripe_customer_id = $1',
    [stripeCustomerId],
  )
  return rows.map(({ discount }) => discount)
}
