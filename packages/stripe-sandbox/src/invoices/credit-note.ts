import type Stripe from 'stripe'
import { bookBalance } from '../customers/book-balance.js'
import { invalidRequest } from '../http/stripe-error.js'
import { refundCharge } from '../payments/refund.js'
import { blank } from '../spec/blank.js'
import type { CreditNote, CreditNoteLine, Invoice } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { settle } from './settle.js'
import { total } from './totals.js'

type Parameters = Stripe.CreditNoteCreateParams

/**
 * Takes a part of an invoice back. Of an open invoice less is due then; of a paid one the amount is refunded,
 * put on the customer's balance, or given back elsewhere.
 *
 * @see https://docs.stripe.com/invoicing/integration/programmatic-credit-notes
 */
export function createCreditNote(tx: Transaction, invoice: Invoice, given: Parameters): CreditNote {
  if (invoice.status !== 'open' && invoice.status !== 'paid')
    throw invalidRequest('Credit notes are for invoices that are open or paid.', 'invoice')
  const lines = linesOf(tx, invoice, given)
  const amount = lines.reduce((sum, line) => sum + line.amount, 0)
  const open = invoice.status === 'open'
  const creditable = open
    ? invoice.amount_remaining
    : invoice.total -
      invoice.post_payment_credit_notes_amount -
      invoice.pre_payment_credit_notes_amount
  if (amount < 1 || amount > creditable)
    throw invalidRequest(
      `The sum of the credit note (${amount}) must be between 1 and the amount that can be credited (${creditable}).`,
      'amount',
    )
  const id = tx.id('credit_note')
  const customer = tx.get('customer', invoice.customer ?? '')
  const refunded = open
    ? 0
    : (given.refund_amount ?? (given.credit_amount || given.out_of_band_amount ? 0 : amount))
  const credited = open ? 0 : (given.credit_amount ?? 0)
  const elsewhere = open ? 0 : (given.out_of_band_amount ?? 0)
  if (!open && refunded + credited + elsewhere !== amount)
    throw invalidRequest(
      "The sum of `refund_amount`, `credit_amount` and `out_of_band_amount` must equal the credit note's amount.",
      'amount',
    )
  const refunds = refunded > 0 ? [refund(tx, invoice, refunded)] : []
  const notes = [...tx.each('credit_note')].filter((note) => note.invoice === invoice.id).length
  const note = tx.add(
    'credit_note',
    blank('credit_note', {
      id,
      amount,
      created: tx.now,
      currency: invoice.currency,
      customer: customer.id,
      effective_at: tx.now,
      invoice: invoice.id,
      lines: { object: 'list', data: lines, has_more: false, url: `/v1/credit_notes/${id}/lines` },
      memo: given.memo ?? null,
      metadata: {},
      number: `${invoice.number ?? 'DRAFT'}-CN-${String(notes + 1).padStart(2, '0')}`,
      out_of_band_amount: elsewhere || null,
      pdf: `${tx.settings.base_url}/i/${invoice.id}/pdf`,
      post_payment_amount: open ? 0 : amount,
      pre_payment_amount: open ? amount : 0,
      reason: given.reason ?? null,
      refunds,
      status: 'issued',
      subtotal: amount,
      subtotal_excluding_tax: amount,
      total: amount,
      total_excluding_tax: amount,
      total_taxes: [],
      type: open ? 'pre_payment' : 'post_payment',
    }),
  )
  if (open) invoice.pre_payment_credit_notes_amount += amount
  else invoice.post_payment_credit_notes_amount += amount
  total(tx, invoice)
  const { currency } = invoice
  if (credited > 0)
    bookBalance(tx, customer, -credited, { type: 'credit_note', currency, credit_note: id })
  tx.emit('credit_note.created', note)
  tx.emit('invoice.updated', invoice)
  if (open) collectLess(tx, invoice)
  return note
}

function linesOf(tx: Transaction, invoice: Invoice, given: Parameters): CreditNoteLine[] {
  const wanted = given.lines ?? [
    { type: 'custom_line_item' as const, unit_amount: given.amount ?? 0, quantity: 1 },
  ]
  return wanted.map((line) => {
    const of = invoice.lines.data.find(({ id }) => id === line.invoice_line_item)
    if (line.invoice_line_item && !of)
      throw invalidRequest(`No such invoice line item: '${line.invoice_line_item}'`, 'lines')
    const quantity = line.quantity ?? of?.quantity ?? 1
    const each = line.unit_amount ?? (of ? Math.round(of.amount / (of.quantity ?? 1)) : 0)
    return blank<CreditNoteLine>('credit_note_line_item', {
      id: tx.id('credit_note_line_item'),
      amount: line.amount ?? each * quantity,
      description: line.description ?? of?.description ?? null,
      ...(of ? { invoice_line_item: of.id } : {}),
      metadata: {},
      quantity,
      taxes: [],
      type: of ? 'invoice_line_item' : 'custom_line_item',
      unit_amount: each,
      unit_amount_decimal: String(each),
    })
  })
}

function refund(tx: Transaction, invoice: Invoice, amount: number): CreditNote['refunds'][number] {
  const intent = tx.maybe('payment_intent', invoice._payment_intent)
  const charge = tx.maybe('charge', intent?.latest_charge)
  if (!charge)
    throw invalidRequest('This invoice was not paid by a charge: nothing can be refunded.')
  const { id } = refundCharge(tx, charge, { amount })
  return { amount_refunded: amount, payment_record_refund: null, refund: id, type: 'refund' }
}

/** The payment asks for what is still due; nothing due means paid. */
function collectLess(tx: Transaction, invoice: Invoice): void {
  const intent = tx.maybe('payment_intent', invoice._payment_intent)
  if (invoice.amount_remaining === 0) {
    if (intent) intent.status = 'canceled'
    settle(tx, invoice, { outOfBand: true })
    return
  }
  if (intent) intent.amount = invoice.amount_remaining
  for (const payment of tx.find(
    'invoice_payment',
    (it) => it.invoice === invoice.id && it.status === 'open',
  ))
    payment.amount_requested = invoice.amount_remaining
}
