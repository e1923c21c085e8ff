import type { Transaction } from '@titanforge/core'

/** Money that came in, or went back. */
export interface RevenueEntry {
  /** The event that tells of it: it counts once. */
  eventId: string
  kind: 'payment' | 'refund' | 'dispute_lost'
  paymentId: string
  userId: string
  /** ISO 8601, UTC. */
  at: string
  currency: string
  /** Minor units. */
  amount: number
  /** Minor units of the amount that are tax. */
  tax?: number | undefined
  /** Minor units that were asked for what was used. */
  usage?: number | undefined
}

// A payment is an invoice or a purchase; a refund's or dispute's is the charge's.
const WRITE = `
  INSERT INTO revenue_entries (event_id, kind, payment_id, customer_id, at, currency, amount, tax, usage, livemode)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce(
    (SELECT livemode FROM invoices WHERE stripe_invoice_id = $3),
    (SELECT livemode FROM purchases WHERE stripe_session_id = $3),
    (SELECT livemode FROM charges WHERE payment = $3 LIMIT 1), $10))
  ON CONFLICT (event_id) DO NOTHING`

/**
 * Writes down money that came in or went back.
 *
 * @param livemode the mode of a payment that is not in the tables.
 */
export async function recordRevenue(
  tx: Transaction,
  { eventId, kind, paymentId, userId, at, currency, amount, tax = 0, usage = 0 }: RevenueEntry,
  livemode: boolean,
): Promise<void> {
  await tx.query(WRITE, [
    eventId,
    kind,
    paymentId,
    userId,
    at,
    currency,
    amount,
    tax,
    usage,
    livemode,
  ])
}
