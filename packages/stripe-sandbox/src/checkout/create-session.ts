import type Stripe from 'stripe'
import { offerOf, type Buyer, type CouponChoice } from '../catalogue/redeem.js'
import { priceOf } from '../catalogue/price-of.js'
import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import { refuseSecondCurrency } from '../subscriptions/refuse-second-currency.js'
import type { CheckoutSession } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { setAmounts } from './set-amounts.js'

export type SessionParameters = Stripe.Checkout.SessionCreateParams

/** Seconds after which a session that nobody completed expires. */
const LIVES_FOR = 86_400

/** Opens a session with a hosted page. */
export function createSession(tx: Transaction, given: SessionParameters): CheckoutSession {
  const mode = given.mode ?? 'payment'
  if (given.ui_mode && given.ui_mode !== 'hosted_page')
    throw invalidRequest(
      'The sandbox has hosted pages only: leave ui_mode out, and send the customer to the url.',
      'ui_mode',
    )
  if (!given.success_url)
    throw invalidRequest('Missing required param: success_url.', 'success_url', 'parameter_missing')
  for (const param of ['success_url', 'cancel_url', 'return_url'] as const) requireUrl(given, param)
  if (given.customer && given.customer_email)
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.')
  const customer = given.customer ? tx.get('customer', given.customer, 'customer') : undefined
  const lines = linesOf(tx, given, mode)
  const id = tx.id('checkout.session')
  const currency = lines[0] ? tx.get('price', lines[0].price).currency : (given.currency ?? 'usd')
  if (customer && mode === 'subscription') refuseSecondCurrency(tx, customer.id, currency)
  const session: CheckoutSession = {
    ...blank('checkout.session', { id }),
    adaptive_pricing: { enabled: false },
    allow_promotion_codes: given.allow_promotion_codes ?? null,
    cancel_url: given.cancel_url ?? null,
    client_reference_id: given.client_reference_id ?? null,
    collected_information: { business_name: null, individual_name: null, shipping_details: null },
    created: tx.now,
    currency: mode === 'setup' && !given.currency ? null : currency,
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: customer?.id ?? null,
    customer_creation: customer
      ? null
      : mode === 'payment'
        ? (given.customer_creation ?? 'if_required')
        : 'always',
    customer_details: null,
    customer_email: given.customer_email ?? null,
    discounts: couponsOf(tx, given, { customer: customer?.id ?? null, currency }),
    expires_at: given.expires_at ?? tx.now + LIVES_FOR,
    metadata: (given.metadata ?? {}) as CheckoutSession['metadata'],
    mode,
    payment_method_collection: given.payment_method_collection ?? 'always',
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card', 'sepa_debit'],
    payment_status: mode === 'setup' ? 'no_payment_required' : 'unpaid',
    phone_number_collection: { enabled: false },
    shipping_options: [],
    status: 'open',
    success_url: given.success_url ?? null,
    ui_mode: 'hosted_page',
    url: `${tx.settings.base_url}/c/pay/${id}`,
    _lines: lines,
    _subscription_data: { ...given.subscription_data },
    _payment_intent_data: { ...given.payment_intent_data },
  }
  if (mode !== 'setup') setAmounts(tx, session)
  return tx.add('checkout.session', session)
}

/** Where the browser is sent: never anything but a page. */
function requireUrl(given: SessionParameters, param: 'success_url' | 'cancel_url' | 'return_url') {
  const url = given[param]
  if (url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return
  throw invalidRequest('Not a valid URL', param, 'url_invalid')
}

function linesOf(
  tx: Transaction,
  given: SessionParameters,
  mode: string,
): CheckoutSession['_lines'] {
  const wanted = given.line_items ?? []
  if (mode !== 'setup' && wanted.length === 0)
    throw invalidRequest('Missing required param: line_items.', 'line_items', 'parameter_missing')
  const lines = wanted.map((line, index) => {
    const price = priceOf(tx, line, `line_items[${index}]`)
    const quantity = price.recurring?.usage_type === 'metered' ? undefined : (line.quantity ?? 1)
    return { id: tx.id('item'), price, ...(quantity === undefined ? {} : { quantity }) }
  })
  if (mode === 'subscription' && !lines.some(({ price }) => price.recurring))
    throw invalidRequest(
      'You must provide at least one recurring price in `subscription` mode when using prices.',
      'line_items',
    )
  if (mode === 'payment' && lines.some(({ price }) => price.recurring))
    throw invalidRequest(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      'line_items',
    )
  if (new Set(lines.map(({ price }) => price.currency)).size > 1)
    throw invalidRequest(
      'All prices of a Checkout Session must have the same currency.',
      'line_items',
    )
  return lines.map(({ price, ...line }) => ({ ...line, price: price.id }))
}

function couponsOf(tx: Transaction, { discounts = [] }: SessionParameters, buyer: Buyer) {
  return (discounts as CouponChoice[]).map((choice) => {
    const { coupon, promotion } = offerOf(tx, choice, buyer)
    return { coupon: coupon.id, promotion_code: promotion?.id ?? null }
  })
}
