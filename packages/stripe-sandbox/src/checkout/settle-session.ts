import type { Invoice, PaymentIntent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** A checkout session that was completed before its money came: it comes now, or never. */
export function settleSession(
  tx: Transaction,
  intent: PaymentIntent,
  invoice: Invoice | undefined,
): void {
  const [session] = tx.find(
    'checkout.session',
    ({ status, payment_status, payment_intent, invoice: billed }) =>
      status === 'complete' &&
      payment_status === 'unpaid' &&
      (payment_intent === intent.id || (invoice !== undefined && billed === invoice.id)),
  )
  if (!session) return
  if (intent.status === 'succeeded') {
    session.payment_status = 'paid'
    tx.emit('checkout.session.async_payment_succeeded', session)
  } else if (intent.status === 'requires_payment_method') {
    tx.emit('checkout.session.async_payment_failed', session)
  }
}
