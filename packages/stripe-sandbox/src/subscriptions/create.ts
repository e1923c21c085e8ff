import type Stripe from 'stripe'
import { discountsOf, type DiscountChoice } from '../catalogue/create-discount.js'
import { priceOf } from '../catalogue/price-of.js'
import { refreshEntitlements } from '../entitlements/refresh.js'
import { mergeMetadata } from '../http/metadata.js'
import { invalidRequest } from '../http/stripe-error.js'
import { finalize } from '../invoices/finalize.js'
import { methodOfCustomer } from '../payments/payment-method.js'
import { createSetup } from '../payments/setup-intent.js'
import { blank } from '../spec/blank.js'
import type { Invoice, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { NO_DETAILS } from './end.js'
import { firstInvoice } from './first-invoice.js'
import { newItem, periodEnd, requireRecurring, setPeriods } from './items.js'
import { refuseSecondCurrency } from './refuse-second-currency.js'

export type CreateParameters = Stripe.SubscriptionCreateParams

/** A subscription and its first invoice, which is still to be paid. */
export interface Opened {
  subscription: Subscription
  /** Undefined where nothing is billed yet, as with usage. */
  invoice: Invoice | undefined
}

/**
 * Opens a subscription: trialing where it has a trial, else incomplete until its first invoice is paid; from
 * a checkout, where the payment comes first, it is born active, at the prices that the page showed. The caller
 * collects the invoice.
 */
export function openSubscription(
  tx: Transaction,
  parameters: CreateParameters,
  { fromCheckout = false }: { fromCheckout?: boolean } = {},
): Opened {
  const customer = tx.get('customer', parameters.customer ?? '', 'customer')
  const subscription = tx.add('subscription', draft(tx, customer.id, parameters, fromCheckout))
  mergeMetadata(subscription, parameters.metadata)
  if (fromCheckout && subscription.status === 'incomplete') subscription.status = 'active'
  subscription.discounts = discountsOf(
    tx,
    parameters.discounts as DiscountChoice[],
    { customer: customer.id, currency: subscription.currency },
    { subscription: subscription.id },
  )
  const invoice = firstInvoice(tx, subscription, parameters, fromCheckout)
  subscription.latest_invoice = invoice?.id ?? null
  if (!invoice && subscription.status === 'incomplete') subscription.status = 'active'
  if (invoice) finalize(tx, invoice)
  if (needsSetup(tx, subscription, parameters))
    subscription.pending_setup_intent = createSetup(tx, { customer: customer.id }).id
  tx.emit('customer.subscription.created', subscription)
  refreshEntitlements(tx, customer.id)
  return { subscription, invoice }
}

/** Whether a payment method is still to be collected for a subscription that costs nothing yet. */
const needsSetup = (
  tx: Transaction,
  { status, default_payment_method, customer }: Subscription,
  { payment_behavior }: CreateParameters,
) =>
  status === 'trialing' &&
  payment_behavior === 'default_incomplete' &&
  !default_payment_method &&
  !tx.get('customer', customer).invoice_settings.default_payment_method

function draft(
  tx: Transaction,
  customer: string,
  parameters: CreateParameters,
  areAgreed: boolean,
): Subscription {
  const id = tx.id('subscription')
  const items = (parameters.items ?? []).map((item, index) => {
    const price = priceOf(tx, item, `items[${index}]`, areAgreed)
    requireRecurring(price, `items[${index}][price]`)
    return { price, item: newItem(tx, id, price, item as object) }
  })
  const [first] = items
  if (!first) throw invalidRequest('Missing required param: items.', 'items', 'parameter_missing')
  const { currency } = first.price
  if (items.some(({ price }) => price.currency !== currency))
    throw invalidRequest('All prices of a subscription must have the same currency.', 'items')
  refuseSecondCurrency(tx, customer, currency)
  const trialEnd = trialEndOf(tx, parameters)
  const method = parameters.default_payment_method
    ? methodOfCustomer(tx, parameters.default_payment_method, customer, 'default_payment_method').id
    : null
  const subscription: Subscription = {
    ...blank('subscription', { id }),
    billing_cycle_anchor: trialEnd ?? parameters.billing_cycle_anchor ?? tx.now,
    billing_mode: {
      flexible: { proration_discounts: 'included' },
      type: 'flexible',
      updated_at: tx.now,
    },
    cancellation_details: { ...NO_DETAILS },
    collection_method: parameters.collection_method ?? 'charge_automatically',
    created: tx.now,
    currency,
    customer,
    days_until_due: parameters.days_until_due ?? null,
    default_payment_method: method,
    default_tax_rates: [],
    description: parameters.description ?? null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: {
      object: 'list',
      data: items.map(({ item }) => item),
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    metadata: {},
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method:
        parameters.payment_settings?.save_default_payment_method ?? 'off',
    },
    start_date: tx.now,
    status: trialEnd === null ? 'incomplete' : 'trialing',
    test_clock: tx.moment.testClock,
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: {
        billing_cycle_anchor: null,
        missing_payment_method:
          parameters.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
      },
    },
    trial_start: trialEnd === null ? null : tx.now,
  }
  if (parameters.collection_method === 'send_invoice' && trialEnd === null)
    subscription.status = 'active'
  if (trialEnd === null) setPeriods(tx, subscription)
  else
    for (const item of subscription.items.data) {
      item.current_period_start = tx.now
      item.current_period_end = trialEnd
    }
  scheduleEnd(subscription, parameters, tx.now)
  return subscription
}

/** When the trial ends, in seconds; null without one. */
function trialEndOf(tx: Transaction, { trial_end, trial_period_days }: CreateParameters) {
  if (trial_end === 'now') return null
  if (trial_end != null && trial_end <= tx.now)
    throw invalidRequest('Invalid timestamp: must be in the future.', 'trial_end')
  return trial_end ?? (trial_period_days ? tx.now + trial_period_days * 86_400 : null)
}

function scheduleEnd(subscription: Subscription, parameters: CreateParameters, now: number): void {
  const { cancel_at, cancel_at_period_end = false } = parameters
  const at = typeof cancel_at === 'number' ? cancel_at : undefined
  if (!cancel_at_period_end && at === undefined) return
  subscription.cancel_at_period_end = cancel_at_period_end
  subscription.cancel_at = at ?? periodEnd(subscription)
  subscription.canceled_at = now
}
