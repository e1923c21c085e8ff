import test from 'ava'
import { application, type Application } from './application.js'
import { charge, dispute, event, invoice, price, subscription } from './objects.js'
import { stripeStandIn } from './stripe-stand-in.js'

const coupon = { duration: 'repeating', percent_off: 25, amount_off: null, currency: null }
const tiers = [
  { up_to: 10, unit_amount_decimal: '500', flat_amount_decimal: null },
  { up_to: null, unit_amount_decimal: '400.5', flat_amount_decimal: '1000' },
]
const discount = (more: object) => ({ id: 'di_1', end: 1_795_000_000, ...more })

const newest = async (app: Application, type: string) =>
  (
    await app.db.query<{ payload: { after: Record<string, unknown> & { items: object[] } } }>(
      'SELECT payload FROM events WHERE event_type = $1 ORDER BY position DESC LIMIT 1',
      [type],
    )
  )[0]?.payload

const DISCOUNT = {
  duration: 'repeating',
  percentOff: 25,
  amountOff: null,
  currency: null,
  endsAt: '2026-11-18T11:06:40.000Z',
}
const PRICING = {
  unitAmount: null,
  tiersMode: 'graduated',
  tiers: [
    { upTo: 10, unitAmount: '500', flatAmount: null },
    { upTo: null, unitAmount: '400.5', flatAmount: '1000' },
  ],
  package: null,
}

/** A subscription in tiers, discounted as a whole and by the item, whose collection is paused. */
const complicated = (discounts: unknown, itemDiscounts: unknown, withTiers: boolean) => {
  const plain = subscription('sub_1', { customer: 'cus_1', reference: 'ada' })
  const tiered = price('price_1', 'prod_1', {
    unit_amount: null,
    unit_amount_decimal: null,
    tiers_mode: 'graduated',
    ...(withTiers && { tiers }),
  })
  const items = plain.items.data.map((item) => ({
    ...item,
    price: tiered,
    discounts: itemDiscounts,
    tax_rates: [{ percentage: 19, inclusive: true }],
  }))
  return {
    ...plain,
    items: { ...plain.items, data: items },
    discounts,
    pause_collection: { behavior: 'void' },
  }
}

test('what lowers a price is told, as far as the webhook says it', async (t) => {
  const app = await application()
  t.teardown(() => app.close())
  await app.user('ada')
  const whole = discount({ source: { coupon } })
  const object = complicated([whole, 'di_2'], [discount({ coupon })], true)
  await app.deliver(event('customer.subscription.created', object))
  await app.settled()
  const told = await newest(app, 'billing.subscription_changed')
  t.like(told?.after, { discounts: [DISCOUNT], collectionPaused: 'void' })
  t.like(told?.after.items[0], { pricing: PRICING, discounts: [DISCOUNT], includedTaxPercent: 19 })
})

test('where the object is fetched, its tiers and coupons are fetched with it', async (t) => {
  const api = await stripeStandIn()
  const app = await application({ secretKey: 'sk_test_terms', apiBase: api.url })
  t.teardown(async () => {
    await app.close()
    await api.close()
  })
  await app.user('ada')
  const whole = discount({ source: { coupon } })
  api.objects.set('/v1/subscriptions/sub_1', complicated([whole], ['di_2'], false))
  // The coupon itself has been deleted since: those who have it keep it.
  const { data } = complicated([], [discount({ source: { coupon } })], true).items
  api.objects.set('/v1/subscription_items', { object: 'list', data, has_more: false })
  await app.deliver(event('customer.subscription.created', complicated(['di_1'], ['di_2'], false)))
  await app.settled()
  const told = await newest(app, 'billing.subscription_changed')
  t.like(told?.after, { status: 'active', discounts: [DISCOUNT] })
  t.like(told?.after.items[0], { pricing: PRICING, discounts: [DISCOUNT] })
  const expanded = api.requests.map(({ path, query }) => [
    path,
    ...[...query].flatMap(([name, value]) => (name.startsWith('expand') ? [value] : [])),
  ])
  t.deepEqual(expanded, [
    ['/v1/subscriptions/sub_1'],
    ['/v1/subscriptions/sub_1', 'discounts.source.coupon'],
    ['/v1/subscription_items', 'data.discounts.source.coupon', 'data.price.tiers'],
  ])
})

test("a customer's discount is that of subscriptions without their own, until it is taken away", async (t) => {
  const api = await stripeStandIn()
  const app = await application({ secretKey: 'sk_test_terms', apiBase: api.url })
  t.teardown(async () => {
    await app.close()
    await api.close()
  })
  await app.user('ada')
  const customer = (more: object) => ({ id: 'cus_1', object: 'customer', metadata: {}, ...more })
  const plain = (id: string, discounts: object[]) => ({
    ...subscription(id, { customer: 'cus_1', reference: 'ada' }),
    discounts,
  })
  const own = discount({ source: { coupon: { ...coupon, percent_off: 50 } } })
  for (const object of [plain('sub_1', []), plain('sub_2', [own])]) {
    api.objects.set(`/v1/subscriptions/${object.id}`, object)
    await app.deliver(event('customer.subscription.created', object))
    await app.settled()
  }
  const states = () =>
    app.db.query<{ discounts: object[] | null; revision: number }>(
      "SELECT state -> 'discounts' AS discounts, revision FROM subscriptions ORDER BY stripe_subscription_id",
    )
  const change = async (object: object) => {
    api.objects.set('/v1/customers/cus_1', object)
    await app.deliver(event('customer.updated', object))
    await app.settled()
    return states()
  }
  const ofOwn = { discounts: [{ ...DISCOUNT, percentOff: 50 }], revision: 1 }
  const discounted = customer({ discount: discount({ source: { coupon } }) })
  const [before] = await states()
  t.like(before, { discounts: null, revision: 1 })
  t.deepEqual(await change(discounted), [{ discounts: [DISCOUNT], revision: 2 }, ofOwn])
  t.deepEqual(await change(discounted), [{ discounts: [DISCOUNT], revision: 2 }, ofOwn])
  t.deepEqual(await change(customer({ discount: null })), [{ discounts: null, revision: 3 }, ofOwn])
})

test('a plain subscription is fetched once, and its state says nothing new', async (t) => {
  const api = await stripeStandIn()
  const app = await application({ secretKey: 'sk_test_terms', apiBase: api.url })
  t.teardown(async () => {
    await app.close()
    await api.close()
  })
  await app.user('ada')
  const plain = subscription('sub_1', { customer: 'cus_1', reference: 'ada' })
  const items = plain.items.data.map((item) => ({
    ...item,
    price: { ...item.price, unit_amount_decimal: '2000' },
  }))
  const object = { ...plain, items: { ...plain.items, data: items }, discounts: [] }
  api.objects.set('/v1/subscriptions/sub_1', object)
  await app.deliver(event('customer.subscription.created', object))
  await app.settled()
  t.is(api.requests.filter(({ path }) => path === '/v1/subscriptions/sub_1').length, 1)
  const told = await newest(app, 'billing.subscription_changed')
  for (const key of ['discounts', 'collectionPaused']) t.false(key in (told?.after ?? {}))
  for (const key of ['discounts', 'pricing']) t.false(key in (told?.after.items[0] ?? {}))
})

const line = (amount: number, priceId: string, more: object = {}) => ({
  amount,
  pricing: { price_details: { price: priceId } },
  ...more,
})

test('a payment tells what of it is for what was used', async (t) => {
  const app = await application()
  t.teardown(() => app.close())
  await app.user('ada')
  const recurring = { interval: 'month', interval_count: 1, usage_type: 'metered' }
  await app.deliver(event('price.created', price('price_m', 'prod_1', { recurring })))
  await app.deliver(event('price.created', price('price_1', 'prod_1')))
  const subscribed = subscription('sub_1', { customer: 'cus_1', reference: 'ada' })
  await app.deliver(event('customer.subscription.created', subscribed))
  await app.settled()
  const usage = line(1690, 'price_m', {
    discount_amounts: [{ amount: 119 }],
    pretax_credit_amounts: [
      { amount: 119, type: 'discount' },
      { amount: 500, type: 'credit_balance_transaction' },
    ],
    taxes: [
      { amount: 171, tax_behavior: 'inclusive' },
      { amount: 50, tax_behavior: 'exclusive' },
    ],
  })
  const older = { amount: 100, price: { id: 'price_m' } }
  const lines = { data: [line(2000, 'price_1'), usage, older], has_more: false }
  await app.deliver(event('invoice.paid', invoice('in_1', 'cus_1', { lines })))
  await app.settled()
  t.is(
    ((await newest(app, 'billing.payment_succeeded')) as { usage?: number } | undefined)?.usage,
    1000,
  )
  await app.deliver(event('invoice.paid', invoice('in_2', 'cus_1')))
  await app.settled()
  t.false('usage' in ((await newest(app, 'billing.payment_succeeded')) ?? {}))
})

test('a payment tells what of it is tax, and a dispute once how it ended', async (t) => {
  const app = await application()
  t.teardown(() => app.close())
  const userId = await app.user('ada')
  await app.deliver(
    event(
      'customer.subscription.created',
      subscription('sub_1', { customer: 'cus_1', reference: 'ada' }),
    ),
  )
  await app.settled()
  const taxed = invoice('in_1', 'cus_1', { total_taxes: [{ amount: 300 }, { amount: 20 }] })
  await app.deliver(event('invoice.paid', taxed))
  await app.deliver(event('charge.succeeded', charge('ch_1', 'pi_1', { customer: 'cus_1' })))
  const lost = dispute('du_1', 'pi_1', { status: 'lost' })
  for (let n = 0; n < 2; n++) await app.deliver(event('charge.dispute.closed', lost))
  await app.settled()
  t.like(await newest(app, 'billing.payment_succeeded'), { amount: 2000, tax: 320 })
  const closed = await app.db.query<{ payload: object }>(
    "SELECT payload FROM events WHERE event_type = 'billing.dispute_closed'",
  )
  t.is(closed.length, 1)
  t.like(closed[0]?.payload, { userId, outcome: 'lost', paymentId: 'pi_1' })
})
