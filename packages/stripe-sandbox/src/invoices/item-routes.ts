import type Stripe from 'stripe'
import { priceAmount } from '../billing/price-amount.js'
import { priceOf } from '../catalogue/price-of.js'
import { listOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import { requireStatus } from './give-up.js'
import { describe, itemLine, pricingOf } from './invoice-line.js'
import { total } from './totals.js'

type Create = Stripe.InvoiceItemCreateParams & { pricing?: { price?: string } }

export const invoiceItemRoutes = [
  operation<Create>('POST /v1/invoiceitems', ({ tx, params }) => {
    const customer = tx.get('customer', params.customer ?? '', 'customer').id
    const { quantity = 1, amount: given } = params
    const named = params.pricing?.price
    const price =
      named !== undefined || params.price_data
        ? priceOf(
            tx,
            {
              ...(named ? { price: named } : {}),
              ...(params.price_data ? { price_data: params.price_data } : {}),
            },
            'pricing',
          )
        : undefined
    const amount = price ? priceAmount(price, quantity) : given
    if (amount === undefined)
      throw invalidRequest(
        'You must specify either `amount` or `pricing`.',
        'amount',
        'parameter_missing',
      )
    const { subscription } = params
    const item = tx.add(
      'invoiceitem',
      blank('invoiceitem', {
        id: tx.id('invoiceitem'),
        amount,
        currency: price?.currency ?? params.currency?.toLowerCase() ?? 'usd',
        customer,
        date: tx.now,
        description: params.description ?? (price ? describe(tx, price, quantity) : null),
        discountable: params.discountable ?? true,
        discounts: [],
        metadata: {},
        parent: subscription
          ? { subscription_details: { subscription }, type: 'subscription_details' }
          : null,
        period: params.period ?? { start: tx.now, end: tx.now },
        pricing: price ? pricingOf(price) : null,
        quantity,
        quantity_decimal: String(quantity),
        tax_rates: [],
        test_clock: tx.moment.testClock,
      }),
    )
    mergeMetadata(item, params.metadata)
    if (params.invoice) {
      const invoice = tx.get('invoice', params.invoice, 'invoice')
      requireStatus(invoice, ['draft'])
      item.invoice = invoice.id
      invoice.lines.data.push(itemLine(tx, item))
      total(tx, invoice)
      tx.emit('invoice.updated', invoice)
    }
    tx.emit('invoiceitem.created', item)
    return item
  }),

  operation<Stripe.InvoiceItemListParams>('GET /v1/invoiceitems', (call) =>
    listOf(call, 'invoiceitem', {
      fits: ({ invoice }) => !call.params.pending || invoice === null,
      handled: ['pending'],
    }),
  ),

  operation('GET /v1/invoiceitems/{id}', ({ tx, id }) => tx.get('invoiceitem', id)),

  operation<Stripe.InvoiceItemUpdateParams>('POST /v1/invoiceitems/{id}', ({ tx, params, id }) => {
    const item = tx.get('invoiceitem', id)
    const invoice = tx.maybe('invoice', item.invoice)
    if (invoice) requireStatus(invoice, ['draft'])
    const { amount, description, discountable, period, quantity } = params
    if (quantity !== undefined) {
      const price = tx.maybe('price', item.pricing?.price_details?.price)
      if (price) item.amount = priceAmount(price, quantity)
      item.quantity = quantity
      item.quantity_decimal = String(quantity)
    }
    if (amount !== undefined) item.amount = amount
    if (description !== undefined) item.description = description || null
    if (discountable !== undefined) item.discountable = discountable
    if (period) item.period = period
    mergeMetadata(item, params.metadata)
    if (invoice) {
      const lines = invoice.lines.data
      const at = lines.findIndex(({ parent }) => parent?.invoice_item_details?.invoice_item === id)
      const line = lines[at]
      if (line) lines[at] = { ...itemLine(tx, item), id: line.id }
      total(tx, invoice)
      tx.emit('invoice.updated', invoice)
    }
    return item
  }),

  operation('DELETE /v1/invoiceitems/{id}', ({ tx, id }) => {
    const item = tx.get('invoiceitem', id)
    if (item.invoice) requireStatus(tx.get('invoice', item.invoice), ['draft'])
    tx.emit('invoiceitem.deleted', item)
    tx.remove(id)
    return { id, object: 'invoiceitem', deleted: true }
  }),
]
