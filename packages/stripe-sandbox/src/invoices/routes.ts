import type Stripe from 'stripe'
import { listOf, pageOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest, StripeError } from '../http/stripe-error.js'
import { declineOf } from '../payments/payment-intent.js'
import { methodOfCustomer, paymentMethodOf } from '../payments/payment-method.js'
import type { Invoice } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { collect } from './collect.js'
import { draftInvoice, subscriptionOf } from './draft-invoice.js'
import { finalize } from './finalize.js'
import { markUncollectible, requireStatus, voidInvoice } from './give-up.js'
import { settle } from './settle.js'

export const invoiceRoutes = [
  operation<Stripe.InvoiceCreateParams>('POST /v1/invoices', ({ tx, params }) => {
    const subscription = tx.maybe('subscription', params.subscription)
    const customer = params.customer ?? subscription?.customer ?? ''
    const invoice = draftInvoice(tx, {
      customer: tx.get('customer', customer, 'customer').id,
      currency:
        params.currency?.toLowerCase() ?? subscription?.currency ?? currencyOf(tx, customer),
      billing_reason: 'manual',
      lines: [],
      ...(subscription ? { subscription } : {}),
      takesPending: (params.pending_invoice_items_behavior ?? 'exclude') === 'include',
      fields: {
        auto_advance: params.auto_advance ?? false,
        collection_method: params.collection_method ?? 'charge_automatically',
        description: params.description ?? null,
        due_date: dueDate(tx, params),
      },
    })
    mergeMetadata(invoice, params.metadata)
    return invoice
  }),

  operation<Stripe.InvoiceListParams>('GET /v1/invoices', (call) => {
    const { subscription } = call.params
    const fits = (invoice: Invoice) =>
      subscription === undefined || subscriptionOf(call.tx, invoice)?.id === subscription
    return listOf(call, 'invoice', { fits, handled: ['subscription'] })
  }),

  operation('GET /v1/invoices/{id}', ({ tx, id }) => tx.get('invoice', id)),

  operation<Stripe.InvoiceUpdateParams>('POST /v1/invoices/{id}', ({ tx, params, id }) => {
    const invoice = tx.get('invoice', id)
    if (params.description !== undefined) invoice.description = params.description || null
    if (params.auto_advance !== undefined) invoice.auto_advance = params.auto_advance
    if (params.default_payment_method !== undefined)
      invoice.default_payment_method = params.default_payment_method
        ? methodOfCustomer(
            tx,
            params.default_payment_method,
            invoice.customer ?? '',
            'default_payment_method',
          ).id
        : null
    mergeMetadata(invoice, params.metadata)
    tx.emit('invoice.updated', invoice)
    return invoice
  }),

  operation('DELETE /v1/invoices/{id}', ({ tx, id }) => {
    const invoice = tx.get('invoice', id)
    requireStatus(invoice, ['draft'])
    for (const item of tx.find('invoiceitem', (it) => it.invoice === id)) item.invoice = null
    tx.emit('invoice.deleted', invoice)
    tx.remove(id)
    return { id, object: 'invoice', deleted: true }
  }),

  operation('GET /v1/invoices/{id}/lines', (call) =>
    pageOf(call, call.tx.get('invoice', call.id).lines.data),
  ),

  operation<Stripe.InvoiceFinalizeInvoiceParams>(
    'POST /v1/invoices/{id}/finalize',
    ({ tx, params, id }) => {
      const invoice = tx.get('invoice', id)
      finalize(tx, invoice)
      if (params.auto_advance ?? false) collect(tx, invoice)
      else if (invoice.amount_due === 0) settle(tx, invoice)
      return invoice
    },
  ),

  operation<Stripe.InvoicePayParams>('POST /v1/invoices/{id}/pay', ({ tx, params, id }) => {
    const invoice = tx.get('invoice', id)
    if (invoice.status === 'paid')
      throw invalidRequest('Invoice is already paid', undefined, 'invoice_already_paid')
    if (invoice.status === 'draft') finalize(tx, invoice)
    requireStatus(invoice, ['open', 'uncollectible', 'paid'])
    if (params.paid_out_of_band) settle(tx, invoice, { outOfBand: true })
    else pay(tx, invoice, params.payment_method)
    return invoice
  }),

  operation('POST /v1/invoices/{id}/void', ({ tx, id }) => {
    const invoice = tx.get('invoice', id)
    voidInvoice(tx, invoice)
    return invoice
  }),

  operation('POST /v1/invoices/{id}/mark_uncollectible', ({ tx, id }) => {
    const invoice = tx.get('invoice', id)
    markUncollectible(tx, invoice)
    return invoice
  }),

  operation('POST /v1/invoices/{id}/send', ({ tx, id }) => {
    const invoice = tx.get('invoice', id)
    if (invoice.status === 'draft') finalize(tx, invoice)
    tx.emit('invoice.sent', invoice)
    return invoice
  }),

  operation<Stripe.InvoicePaymentListParams>('GET /v1/invoice_payments', (call) =>
    listOf(call, 'invoice_payment'),
  ),

  operation('GET /v1/invoice_payments/{id}', ({ tx, id }) => tx.get('invoice_payment', id)),
]

/** The currency that a customer is billed in so far. */
function currencyOf(tx: Transaction, customer: string): string {
  const [item] = [...tx.each('invoiceitem')].filter((it) => it.customer === customer)
  return item?.currency ?? 'usd'
}

function dueDate(tx: Transaction, params: Stripe.InvoiceCreateParams): number | null {
  if (params.collection_method !== 'send_invoice') return null
  return params.due_date ?? tx.now + (params.days_until_due ?? 30) * 86_400
}

/** @throws StripeError of type card_error where the payment is declined */
function pay(tx: Transaction, invoice: Invoice, methodId: string | undefined): void {
  const method = methodId ? paymentMethodOf(tx, methodId, 'payment_method') : undefined
  collect(tx, invoice, method ? { method } : {})
  const intent = tx.maybe('payment_intent', invoice._payment_intent)
  if (!intent || intent.status === 'succeeded') return
  const declined = declineOf(tx, intent)
  if (declined) throw declined
  if (intent.status === 'processing') return
  const message =
    intent.status === 'requires_action'
      ? 'Payment for this invoice requires additional user action before it can be completed successfully.'
      : 'There is no default payment method set on this Customer or Invoice. Please provide a payment_method.'
  const code =
    intent.status === 'requires_action' ? 'invoice_payment_intent_requires_action' : 'missing'
  throw new StripeError(402, { type: 'card_error', code, message }, true)
}
