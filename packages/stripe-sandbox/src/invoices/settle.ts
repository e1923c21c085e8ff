import { followPaid } from '../subscriptions/follow-invoice.js'
import type { Invoice } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { paymentsOf } from './finalize.js'
import { total } from './totals.js'

/** Marks an invoice as paid, and lets its subscription follow. */
export function settle(
  tx: Transaction,
  invoice: Invoice,
  { outOfBand = false }: { outOfBand?: boolean } = {},
): void {
  invoice.status = 'paid'
  invoice.attempted = true
  invoice.auto_advance = false
  invoice.next_payment_attempt = null
  invoice.status_transitions.paid_at = tx.now
  invoice.amount_paid = invoice.amount_due
  total(tx, invoice)
  for (const payment of paymentsOf(tx, invoice.id)) {
    if (payment.status !== 'open') continue
    if (outOfBand) {
      payment.status = 'canceled'
      payment.status_transitions.canceled_at = tx.now
      continue
    }
    payment.status = 'paid'
    payment.amount_paid = payment.amount_requested
    payment.status_transitions.paid_at = tx.now
    tx.emit('invoice_payment.paid', payment)
  }
  tx.emit('invoice.paid', invoice)
  if (!outOfBand) tx.emit('invoice.payment_succeeded', invoice)
  followPaid(tx, invoice)
}
