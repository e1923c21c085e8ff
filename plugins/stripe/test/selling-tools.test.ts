import { defineAgent, type RunContext } from '@titanforge/core'
import test from 'ava'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { StripeTools } from '../src/index.js'
import { application } from './application.js'
import { stripeShop } from './stripe-shop.js'

const shop = await stripeShop()
const app = await application({
  secretKey: 'sk_test_of_the_tests',
  apiBase: shop.url,
  publicUrl: 'https://forge.example',
})
test.after.always(async () => {
  await app.close()
  await shop.close()
})
const tools = app.forge.get(StripeTools)

/** Each call is a run of its own, as of agents that know nothing of each other. */
const call = <Result>(use: (ctx: RunContext) => Promise<Result>): Promise<Result> =>
  app.forge.run(
    defineAgent({
      name: 'seller',
      description: 'Calls one tool.',
      tools: [tools.createCustomer, tools.createCheckoutSession],
      input: z.undefined(),
      output: z.custom<Result>(),
      run: (_input, ctx) => use(ctx),
    }),
    undefined,
  )
const sell = (userId: string, priceId: string, quantity = 1) =>
  call((ctx) => ctx.tool(tools.createCheckoutSession, { userId, priceId, quantity }))

/** A price that Stripe has, and whose webhook has not come. */
function price(name: string, more: object = {}): string {
  const id = `price_${name}`
  shop.objects.set(`/v1/products/prod_${name}`, {
    id: `prod_${name}`,
    object: 'product',
    active: true,
    name,
    description: null,
    metadata: { trial_days: '14' },
    livemode: false,
  })
  shop.objects.set(`/v1/prices/${id}`, {
    id,
    object: 'price',
    product: `prod_${name}`,
    active: true,
    currency: 'usd',
    unit_amount: 2500,
    type: 'recurring',
    recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed', meter: null },
    livemode: false,
    ...more,
  })
  return id
}
const pageOf = async (checkoutId: string) => {
  const [row] = await app.db.query<{ stripe_session_id: string }>(
    'SELECT stripe_session_id FROM checkouts WHERE id = $1',
    [checkoutId],
  )
  return shop.sessions.find(({ id }) => id === row?.stripe_session_id)
}
const askedFor = (userId: string) =>
  shop.requests.filter(
    ({ path, body }) =>
      path === '/v1/checkout/sessions' && body.get('client_reference_id') === userId,
  )

test.serial('agents and people make a user one customer, whoever comes first', async (t) => {
  const { id: userId } = await app.signUp()
  const before = shop.customers.length
  const made = await Promise.all(
    Array.from({ length: 5 }, () => call((ctx) => ctx.tool(tools.createCustomer, { userId }))),
  )
  await sell(userId, price('pro'))
  t.is(shop.customers.length, before + 1)
  t.deepEqual(new Set(made.map(({ customerId }) => customerId)).size, 1)
  t.is(askedFor(userId)[0]?.body.get('customer'), made[0]?.customerId)
})

test.serial('agents and people share one open page; another price closes it', async (t) => {
  const user = await app.signUp()
  const first = await sell(user.id, price('team'))
  t.deepEqual(await sell(user.id, price('team')), first)
  const [product] = await app.db.query<{ id: string; name: string }>(
    "SELECT id, name FROM products WHERE stripe_price_id = 'price_team'",
  )
  t.is(product?.name, 'team')
  const clicked = await app.send('/api/billing/checkout', { productId: product?.id }, user.token)
  t.deepEqual(clicked.body, { id: first.checkoutId, url: first.url })
  const second = await sell(user.id, price('plus'))
  t.is((await pageOf(first.checkoutId))?.status, 'expired')
  t.is((await pageOf(second.checkoutId))?.status, 'open')
  t.is(askedFor(user.id).length, 2)
})

test.serial('a user tries once and has one subscription, whoever sells', async (t) => {
  const { id: userId } = await app.signUp()
  await sell(userId, price('tried'))
  const trial = 'subscription_data[trial_period_days]'
  t.is(askedFor(userId).at(-1)?.body.get(trial), '14')
  await app.db.query(
    `INSERT INTO subscriptions (id, user_id, stripe_customer_id, stripe_subscription_id, status, livemode, trial_end)
     VALUES ($1, $2, 'cus_tried', $3, 'canceled', false, now())`,
    [uuidv7(), userId, `sub_${userId}`],
  )
  await sell(userId, price('anew'))
  t.is(askedFor(userId).at(-1)?.body.get(trial), null)
  await app.db.query("UPDATE subscriptions SET status = 'active' WHERE user_id = $1", [userId])
  await t.throwsAsync(sell(userId, price('anew')), { code: 'ALREADY_SUBSCRIBED' })
})

test.serial('no agent sells more at once than people can buy', async (t) => {
  const { id: userId } = await app.signUp()
  await sell(userId, price('seats'), 1000)
  t.is(askedFor(userId).at(-1)?.body.get('line_items[0][quantity]'), '1000')
  await t.throwsAsync(sell(userId, price('seats'), 1001))
  t.is(askedFor(userId).length, 1)
})

test.serial('nothing is sold that is not for sale, or at an address of others', async (t) => {
  const { id: userId } = await app.signUp()
  await t.throwsAsync(sell(userId, 'price_of_nothing'), { code: 'PRODUCT_NOT_FOR_SALE' })
  await t.throwsAsync(sell(userId, price('gone', { active: false })), {
    code: 'PRODUCT_NOT_FOR_SALE',
  })
  const order = { userId, priceId: price('pro'), successUrl: 'https://elsewhere.example/' }
  await t.throwsAsync(
    call((ctx) => ctx.tool(tools.createCheckoutSession, order)),
    { code: 'RETURN_URL_FOREIGN' },
  )
  await t.throwsAsync(
    call((ctx) => ctx.tool(tools.createCustomer, { userId: uuidv7() })),
    { code: 'USER_UNKNOWN' },
  )
})
