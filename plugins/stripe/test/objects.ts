let count = 0

/** An event of Stripe's, as its webhook delivers it. */
export function event(
  type: string,
  object: object,
  more: { created?: number; livemode?: boolean } = {},
) {
  const { created = 1_790_000_000, livemode = false } = more
  return {
    id: `evt_${++count}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    type,
    created,
    livemode,
    data: { object },
  }
}

export const product = (id: string, more: object = {}) => ({
  id,
  object: 'product',
  name: 'Pro',
  active: true,
  metadata: { 'feature:agents': 'true', 'limit:runs': '100' },
  ...more,
})

export const price = (id: string, productId: string, more: object = {}) => ({
  id,
  object: 'price',
  product: productId,
  active: true,
  currency: 'usd',
  unit_amount: 2000,
  recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
  ...more,
})

export interface SubscriptionOptions {
  customer: string
  reference?: string
  status?: string
  priceId?: string
  productId?: string
  more?: object
}

export function subscription(id: string, options: SubscriptionOptions) {
  const {
    customer,
    reference,
    status = 'active',
    priceId = 'price_1',
    productId = 'prod_1',
    more = {},
  } = options
  return {
    id,
    object: 'subscription',
    customer,
    status,
    currency: 'usd',
    items: {
      object: 'list',
      data: [
        {
          id: `si_${id}`,
          price: price(priceId, productId),
          quantity: 1,
          current_period_start: 1_790_000_000,
          current_period_end: 1_792_592_000,
        },
      ],
    },
    cancel_at_period_end: false,
    cancel_at: null,
    canceled_at: null,
    ended_at: null,
    trial_end: null,
    latest_invoice: null,
    livemode: false,
    created: 1_790_000_000,
    metadata: reference ? { account_id: reference } : {},
    ...more,
  }
}

export const checkoutSession = (
  id: string,
  customer: string,
  reference: string,
  subscriptionId: string | null = null,
) => ({
  id,
  object: 'checkout.session',
  mode: 'subscription',
  status: 'complete',
  payment_status: 'paid',
  customer,
  client_reference_id: reference,
  subscription: subscriptionId,
  metadata: {},
})

export const invoice = (id: string, customer: string, more: object = {}) => ({
  id,
  object: 'invoice',
  customer,
  status: 'paid',
  currency: 'usd',
  amount_due: 2000,
  amount_paid: 2000,
  status_transitions: { paid_at: 1_790_000_000 },
  livemode: false,
  created: 1_790_000_000,
  parent: null,
  ...more,
})

export const purchaseSession = (id: string, more: object = {}) => ({
  id,
  object: 'checkout.session',
  mode: 'payment',
  status: 'complete',
  payment_status: 'paid',
  customer: null,
  client_reference_id: null,
  payment_intent: `pi_${id}`,
  invoice: null,
  amount_total: 2500,
  currency: 'usd',
  livemode: false,
  created: 1_790_000_000,
  metadata: {},
  ...more,
})

export const charge = (id: string, paymentIntent: string, more: object = {}) => ({
  id,
  object: 'charge',
  customer: null,
  payment_intent: paymentIntent,
  currency: 'usd',
  amount: 2500,
  amount_refunded: 0,
  livemode: false,
  created: 1_790_000_000,
  ...more,
})

export const dispute = (id: string, paymentIntent: string, more: object = {}) => ({
  id,
  object: 'dispute',
  charge: `ch_of_${paymentIntent}`,
  payment_intent: paymentIntent,
  status: 'needs_response',
  reason: 'fraudulent',
  currency: 'usd',
  amount: 2500,
  evidence_details: { due_by: 1_790_600_000 },
  livemode: false,
  created: 1_790_000_000,
  ...more,
})
