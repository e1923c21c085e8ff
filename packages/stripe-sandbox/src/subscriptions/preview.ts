import type Stripe from 'stripe'
import { draftInvoice } from '../invoices/draft-invoice.js'
import { invalidRequest } from '../http/stripe-error.js'
import { total } from '../invoices/totals.js'
import type { Invoice, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { openSubscription } from './create.js'
import { periodEnd } from './items.js'
import { draftRenewal } from './renew.js'
import { updateSubscription, type UpdateParameters } from './update.js'

/**
 * The invoice that would come next, or that a change would make at once. It does what it previews: the caller
 * takes everything back.
 *
 * @see https://docs.stripe.com/api/invoices/create_preview
 */
export function preview(tx: Transaction, params: Stripe.InvoiceCreatePreviewParams): Invoice {
  const before = new Set([...tx.each('invoice')].map(({ id }) => id))
  const details = (params.subscription_details ?? {}) as UpdateParameters & { cancel_now?: boolean }
  const subscription = params.subscription
    ? tx.get('subscription', params.subscription, 'subscription')
    : undefined
  if (!subscription) return previewNew(tx, params)
  const {
    items,
    proration_behavior,
    proration_date,
    billing_cycle_anchor,
    cancel_at,
    cancel_at_period_end,
    trial_end,
  } = details
  updateSubscription(tx, subscription, {
    ...(items ? { items } : {}),
    ...(proration_behavior ? { proration_behavior } : {}),
    ...(proration_date ? { proration_date } : {}),
    ...(billing_cycle_anchor ? { billing_cycle_anchor } : {}),
    ...(cancel_at === undefined ? {} : { cancel_at }),
    ...(cancel_at_period_end === undefined ? {} : { cancel_at_period_end }),
    ...(trial_end === undefined ? {} : { trial_end }),
  })
  const prorated = items ? (proration_date ?? tx.now) : undefined
  const [made] = [...tx.each('invoice')].filter(({ id }) => !before.has(id)).reverse()
  const invoice = made ? tx.get('invoice', made.id) : upcoming(tx, subscription)
  const parent = invoice.parent?.subscription_details
  if (parent && prorated !== undefined) parent.subscription_proration_date = prorated
  return asPreview(tx, invoice, made === undefined)
}

/** The renewal at the end of the period. */
function upcoming(tx: Transaction, subscription: Subscription): Invoice {
  const ends = (subscription.cancel_at ?? Infinity) <= periodEnd(subscription)
  if (ends || subscription.ended_at !== null)
    throw invalidRequest(
      'No upcoming invoices for customer: the subscription ends before it renews.',
      undefined,
      'invoice_upcoming_none',
    )
  const { moment } = tx
  moment.now = periodEnd(subscription)
  if (subscription.status === 'trialing') {
    subscription.status = 'active'
    subscription.billing_cycle_anchor = moment.now
  }
  const invoice = draftRenewal(tx, subscription)
  if (invoice) return invoice
  const { customer, currency } = subscription
  return draftInvoice(tx, {
    customer,
    currency,
    billing_reason: 'upcoming',
    lines: [],
    subscription,
    takesPending: true,
  })
}

function previewNew(tx: Transaction, params: Stripe.InvoiceCreatePreviewParams): Invoice {
  const { items, trial_end } = (params.subscription_details ?? {}) as UpdateParameters
  const customer = tx.get('customer', params.customer ?? '', 'customer')
  const { invoice, subscription } = openSubscription(tx, {
    customer: customer.id,
    items: (items ?? []) as NonNullable<Stripe.SubscriptionCreateParams['items']>,
    ...(trial_end ? { trial_end } : {}),
  })
  return asPreview(tx, invoice ?? upcoming(tx, subscription), false)
}

function asPreview(tx: Transaction, invoice: Invoice, isUpcoming: boolean): Invoice {
  const customer = tx.get('customer', invoice.customer ?? '')
  const { balance } = customer
  invoice.status = 'draft'
  invoice.number = null
  invoice.hosted_invoice_url = null
  invoice.invoice_pdf = null
  invoice.amount_paid = 0
  invoice.attempted = false
  invoice.attempt_count = 0
  invoice.status_transitions = {
    finalized_at: null,
    marked_uncollectible_at: null,
    paid_at: null,
    voided_at: null,
  }
  if (isUpcoming) {
    invoice.billing_reason = 'upcoming'
    invoice.next_payment_attempt = invoice.automatically_finalizes_at
    invoice.starting_balance = balance
    invoice.ending_balance = balance < 0 ? Math.min(0, balance + Math.max(0, invoice.total)) : 0
  }
  total(tx, invoice)
  return invoice
}
