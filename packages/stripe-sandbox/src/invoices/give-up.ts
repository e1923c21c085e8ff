import { bookBalance } from '../customers/book-balance.js'
import { invalidRequest } from '../http/stripe-error.js'
import { cancelIntent } from '../payments/payment-intent.js'
import { followWrittenOff } from '../subscriptions/go-on.js'
import type { Invoice } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { paymentsOf } from './finalize.js'

/** Voids an open invoice: it was never owed. What is paid is not voided, not even where nothing was due. */
export function voidInvoice(tx: Transaction, invoice: Invoice): void {
  requireStatus(invoice, ['open', 'uncollectible'])
  invoice.status = 'void'
  invoice.status_transitions.voided_at = tx.now
  stopCollecting(tx, invoice, 'void_invoice')
  giveBalanceBack(tx, invoice)
  tx.emit('invoice.voided', invoice)
}

/** Writes an open invoice off; it may be paid yet. */
export function markUncollectible(tx: Transaction, invoice: Invoice): void {
  requireStatus(invoice, ['open', 'draft'])
  invoice.status = 'uncollectible'
  invoice.status_transitions.marked_uncollectible_at = tx.now
  invoice.auto_advance = false
  invoice.next_payment_attempt = null
  tx.emit('invoice.marked_uncollectible', invoice)
  followWrittenOff(tx, invoice)
}

/** What the customer's balance paid of an invoice is there again. */
function giveBalanceBack(tx: Transaction, invoice: Invoice): void {
  const { starting_balance, ending_balance, currency, id } = invoice
  const customer = tx.maybe('customer', invoice.customer)
  const moved = (ending_balance ?? starting_balance) - starting_balance
  if (moved === 0 || !customer) return
  bookBalance(tx, customer, -moved, { type: 'unapplied_from_invoice', currency, invoice: id })
}

function stopCollecting(tx: Transaction, invoice: Invoice, reason: 'void_invoice'): void {
  invoice.auto_advance = false
  invoice.next_payment_attempt = null
  const intent = tx.maybe('payment_intent', invoice._payment_intent)
  if (intent && !['succeeded', 'canceled'].includes(intent.status)) cancelIntent(tx, intent, reason)
  for (const payment of paymentsOf(tx, invoice.id)) {
    if (payment.status !== 'open') continue
    payment.status = 'canceled'
    payment.status_transitions.canceled_at = tx.now
  }
}

/** @throws StripeError invoice_not_editable */
export function requireStatus(invoice: Invoice, allowed: readonly string[]): void {
  if (allowed.includes(invoice.status ?? '')) return
  throw invalidRequest(
    `This invoice is ${invoice.status ?? 'unknown'}; that needs ${allowed.join(' or ')}.`,
    undefined,
    'invoice_not_editable',
  )
}
