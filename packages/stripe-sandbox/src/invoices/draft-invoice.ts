import { blank } from '../spec/blank.js'
import type { Invoice, InvoiceItem, InvoiceLine, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { itemLine } from './invoice-line.js'
import { total } from './totals.js'

/** Seconds that a renewal's invoice can still be edited. */
export const DRAFT_FOR = 3600

export interface Draft {
  customer: string
  currency: string
  billing_reason: Invoice['billing_reason']
  lines: InvoiceLine[]
  subscription?: Subscription
  /** Whether the customer's waiting invoice items go on it. */
  takesPending?: boolean
  fields?: Partial<Invoice>
}

/** Makes an invoice that can still change, and tells of it. */
export function draftInvoice(tx: Transaction, draft: Draft): Invoice {
  const { customer: id, currency, subscription, lines, fields } = draft
  const customer = tx.get('customer', id)
  customer.currency ??= currency
  const pending = draft.takesPending ? pendingItems(tx, id, currency, subscription) : []
  const invoiceId = tx.id('invoice')
  const invoice = tx.add(
    'invoice',
    blank('invoice', {
      id: invoiceId,
      account_country: 'US',
      account_name: 'Sandbox',
      auto_advance: true,
      billing_reason: draft.billing_reason,
      collection_method: subscription?.collection_method ?? 'charge_automatically',
      created: tx.now,
      currency,
      customer: id,
      customer_address: customer.address ?? null,
      customer_email: customer.email,
      customer_name: customer.name ?? null,
      customer_phone: customer.phone ?? null,
      customer_tax_exempt: customer.tax_exempt ?? 'none',
      customer_tax_ids: [],
      discounts: subscription ? runningDiscounts(tx, subscription) : [],
      issuer: { type: 'self' },
      lines: {
        object: 'list',
        data: [...pending.map((item) => itemLine(tx, item)), ...lines],
        has_more: false,
        url: `/v1/invoices/${invoiceId}/lines`,
      },
      metadata: {},
      parent: subscription ? parentOf(subscription) : null,
      period_end: tx.now,
      period_start: tx.now,
      starting_balance: customer.balance,
      status: 'draft',
      test_clock: tx.moment.testClock,
      total_pretax_credit_amounts: [],
      total_taxes: [],
      webhooks_delivered_at: tx.now,
      ...fields,
    }),
  )
  for (const item of pending) item.invoice = invoiceId
  total(tx, invoice)
  tx.emit('invoice.created', invoice)
  return invoice
}

const parentOf = ({ id, metadata }: Subscription): Invoice['parent'] => ({
  quote_details: null,
  subscription_details: { metadata: { ...metadata }, subscription: id },
  type: 'subscription_details',
})

/** The subscription an invoice is for. */
export function subscriptionOf(tx: Transaction, invoice: Invoice): Subscription | undefined {
  return tx.maybe('subscription', invoice.parent?.subscription_details?.subscription)
}

/**
 * The newest first, as Stripe puts them on an invoice; of one moment, what a change makes, in order, then the others.
 *
 * @see https://docs.stripe.com/api/invoices/object#invoice_object-lines
 */
function pendingItems(
  tx: Transaction,
  customer: string,
  currency: string,
  subscription: Subscription | undefined,
): InvoiceItem[] {
  const pending = tx.find('invoiceitem', (item) => {
    const of = item.parent?.subscription_details?.subscription
    const fits = of === undefined || of === subscription?.id
    return fits && item.customer === customer && item.invoice === null && item.currency === currency
  })
  return pending.sort(
    (one, other) => other.date - one.date || Number(other.proration) - Number(one.proration),
  )
}

/** The subscription's discounts that still run. */
export function runningDiscounts(tx: Transaction, { discounts }: Subscription): string[] {
  return discounts.filter((id) => {
    const { end } = tx.get('discount', id)
    return end === null || end > tx.now
  })
}
