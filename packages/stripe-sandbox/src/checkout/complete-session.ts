import type Stripe from 'stripe'
import { afterPayment } from '../billing/after-payment.js'
import { offerOf, redeem } from '../catalogue/redeem.js'
import { createCustomer } from '../customers/create-customer.js'
import { StripeError } from '../http/stripe-error.js'
import { collect } from '../invoices/collect.js'
import { attach, outcomeOf } from '../payments/payment-method.js'
import { confirmIntent, createIntent, declineOf } from '../payments/payment-intent.js'
import { createSetup, succeedSetup } from '../payments/setup-intent.js'
import { openSubscription } from '../subscriptions/create.js'
import type { CheckoutSession, Customer, PaymentMethod } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** What the customer filled in. */
export interface Filled {
  /** Null where the session asks for none. */
  method: PaymentMethod | null
  email: string
  name: string | null
  /** Whether the customer has authenticated the payment. */
  authenticated: boolean
}

/**
 * Completes a session: the customer pays, subscribes, or leaves a payment method.
 *
 * @returns false where the payment has to be authenticated first; nothing has happened then.
 * @throws StripeError of type card_error where the payment is declined; the session stays open.
 */
export function completeSession(
  tx: Transaction,
  session: CheckoutSession,
  filled: Filled,
): boolean {
  const outcome = filled.method ? outcomeOf(filled.method) : { kind: 'succeeds' as const }
  const amount = session.amount_total ?? 0
  if (outcome.kind === 'authenticates' && !filled.authenticated) return false
  if (outcome.kind === 'declines' && filled.method) decline(tx, session, filled.method, amount)
  if (filled.method && filled.authenticated) filled.method._authenticated = true
  const customer = customerFor(tx, session, filled)
  if (filled.method && customer) {
    attach(tx, filled.method, customer.id)
    useByDefault(tx, customer, filled.method)
  }
  session.customer = customer?.id ?? null
  session.customer_details = {
    address: null,
    business_name: null,
    email: filled.email,
    individual_name: null,
    name: filled.name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: null,
  }
  if (session.mode === 'subscription') subscribe(tx, session, filled)
  else if (session.mode === 'payment') pay(tx, session, filled)
  else setUp(tx, session, filled)
  // Last: what pays at once is not a payment that came later.
  session.status = 'complete'
  session.url = null
  tx.emit('checkout.session.completed', session)
  return true
}

/** A declined card leaves a failed payment behind, and the page open. */
function decline(
  tx: Transaction,
  session: CheckoutSession,
  method: PaymentMethod,
  amount: number,
): never {
  const currency = session.currency ?? 'usd'
  const intent = createIntent(tx, { amount, currency, customer: session.customer })
  confirmIntent(tx, intent, method)
  throw declineOf(tx, intent) ?? new StripeError(402, { type: 'card_error', message: 'Declined.' })
}

function customerFor(tx: Transaction, session: CheckoutSession, filled: Filled): Customer | null {
  if (session.customer) return tx.get('customer', session.customer)
  if (session.customer_creation === 'if_required') return null
  return createCustomer(tx, { email: filled.email, name: filled.name ?? undefined })
}

/** The first payment method of a customer becomes the one that invoices are paid with. */
function useByDefault(tx: Transaction, customer: Customer, method: PaymentMethod): void {
  if (customer.invoice_settings.default_payment_method) return
  customer.invoice_settings.default_payment_method = method.id
  tx.emit('customer.updated', customer)
}

function subscribe(tx: Transaction, session: CheckoutSession, filled: Filled): void {
  const data = session._subscription_data as Stripe.Checkout.SessionCreateParams.SubscriptionData
  const lines = session._lines.map((line) => ({
    ...line,
    recurring: tx.get('price', line.price).recurring,
  }))
  const only = ({ price, quantity }: { price: string; quantity?: number }) => ({
    price,
    ...(quantity === undefined ? {} : { quantity }),
  })
  const { subscription, invoice } = openSubscription(
    tx,
    {
      customer: session.customer ?? '',
      items: lines.filter(({ recurring }) => recurring).map(only),
      add_invoice_items: lines.filter(({ recurring }) => !recurring).map(only),
      discounts: choicesOf(session),
      ...(filled.method ? { default_payment_method: filled.method.id } : {}),
      ...(data.metadata ? { metadata: data.metadata } : {}),
      ...(data.description ? { description: data.description } : {}),
      ...(data.trial_end ? { trial_end: data.trial_end } : {}),
      ...(data.trial_period_days ? { trial_period_days: data.trial_period_days } : {}),
      ...(data.trial_settings ? { trial_settings: data.trial_settings } : {}),
      ...(data.billing_cycle_anchor ? { billing_cycle_anchor: data.billing_cycle_anchor } : {}),
      ...(data.proration_behavior ? { proration_behavior: data.proration_behavior } : {}),
    },
    { fromCheckout: true },
  )
  session.subscription = subscription.id
  session.invoice = invoice?.id ?? null
  const trial = subscription.status === 'trialing'
  if (invoice)
    collect(tx, invoice, {
      ...(filled.method ? { method: filled.method } : {}),
      authenticated: filled.authenticated,
    })
  const later = invoice?.status === 'open'
  session.payment_status =
    trial && invoice?.total === 0 ? 'no_payment_required' : later ? 'unpaid' : 'paid'
}

const choicesOf = ({ discounts }: CheckoutSession) =>
  (discounts ?? []).map(({ coupon, promotion_code }) =>
    promotion_code ? { promotion_code } : { coupon: coupon ?? '' },
  )

function pay(tx: Transaction, session: CheckoutSession, filled: Filled): void {
  const buyer = { customer: session.customer, currency: session.currency ?? 'usd' }
  for (const choice of choicesOf(session)) redeem(tx, offerOf(tx, choice, buyer))
  const amount = session.amount_total ?? 0
  if (amount === 0 || !filled.method) {
    session.payment_status = 'no_payment_required'
    return
  }
  const data = session._payment_intent_data as Stripe.Checkout.SessionCreateParams.PaymentIntentData
  const intent = createIntent(tx, {
    amount,
    currency: session.currency ?? 'usd',
    customer: session.customer,
    metadata: (data.metadata ?? {}) as Record<string, string>,
    description: data.description ?? null,
    setup_future_usage: data.setup_future_usage ?? null,
  })
  session.payment_intent = intent.id
  confirmIntent(tx, intent, filled.method, filled)
  if (intent.status === 'succeeded') session.payment_status = 'paid'
  afterPayment(tx, intent)
}

function setUp(tx: Transaction, session: CheckoutSession, { method }: Filled): void {
  const intent = createSetup(tx, { customer: session.customer })
  session.setup_intent = intent.id
  if (method) succeedSetup(tx, intent, method)
}
