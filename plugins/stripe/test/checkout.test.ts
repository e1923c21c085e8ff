import test from 'ava'
import { v7 as uuidv7 } from 'uuid'
import { application } from './application.js'
import { event } from './objects.js'
import { stripeShop } from './stripe-shop.js'

const shop = await stripeShop()
const app = await application({
  secretKey: 'sk_test_of_the_tests',
  apiBase: shop.url,
  publicUrl: 'https://forge.example',
  allowedOrigins: ['https://app.example'],
})
/** A product of the catalogue. Resolves with our own id of it. */
async function product(name: string, more: Record<string, unknown> = {}): Promise<string> {
  const row = {
    id: uuidv7(),
    name,
    type: 'subscription',
    stripe_price_id: `price_${name}`,
    stripe_product_id: `prod_${name}`,
    unit_amount: 2500,
    interval: 'month',
    ...more,
  }
  const columns = Object.keys(row)
  await app.db.query(
    `INSERT INTO products (${columns.join(', ')}) VALUES (${columns.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(row),
  )
  await app.db.query(
    `INSERT INTO stripe_products (stripe_product_id, name, features, workflow) VALUES ($1, $2, '["agents"]', 'greet')
     ON CONFLICT DO NOTHING`,
    [row.stripe_product_id, name],
  )
  return row.id
}
const once = { type: 'one_time_purchase', interval: null }

const [pro, team, pack, tried, archived, foreign] = [
  await product('pro'),
  await product('team'),
  await product('pack', once),
  await product('tried', { trial_days: 14 }),
  await product('archived', { is_active: false }),
  await product('foreign', { livemode: true }),
]
test.after.always(async () => {
  await app.close()
  await shop.close()
})

const open = (token: string, body: object) => app.send('/api/billing/checkout', body, token)
const sessionOf = async (checkoutId: unknown) =>
  (
    await app.db.query<{ stripe_session_id: string }>(
      'SELECT stripe_session_id FROM checkouts WHERE id = $1',
      [checkoutId],
    )
  )[0]?.stripe_session_id ?? ''
const published = (type: string, userId: string) =>
  app.db.query('SELECT payload FROM events WHERE event_type = $1 AND user_id = $2', [type, userId])

test.serial(
  '20 clicks at once: one customer, one open page, and everybody is led to it',
  async (t) => {
    const user = await app.signUp()
    const before = { customers: shop.customers.length, sessions: shop.sessions.length }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => open(user.token, { productId: pro })),
    )
    t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]))
    t.is(new Set(answers.map(({ body }) => body.url)).size, 1)
    t.is(shop.customers.length, before.customers + 1)
    t.is(shop.sessions.length, before.sessions + 1)
    t.deepEqual(
      await app.db.query('SELECT count(*)::int AS n FROM checkouts WHERE user_id = $1', [user.id]),
      [{ n: 1 }],
    )
    const asked = shop.requests.find(
      ({ path, body }) =>
        path === '/v1/checkout/sessions' && body.get('client_reference_id') === user.id,
    )
    t.is(asked?.body.get('line_items[0][price]'), 'price_pro')
    t.is(asked?.idempotencyKey, `tf:checkout:${String(answers[0]?.body.id)}`)
    t.is(
      asked?.body.get('success_url'),
      `https://forge.example/billing/success?checkout=${String(answers[0]?.body.id)}`,
    )
  },
)

test.serial('another plan closes the first page', async (t) => {
  const { token } = await app.signUp()
  const first = await open(token, { productId: pro })
  const second = await open(token, { productId: team })
  t.not(second.body.url, first.body.url)
  const [old, current] = shop.sessions.slice(-2)
  t.is(old?.status, 'expired')
  t.is(current?.status, 'open')
  const { body } = await app.send(
    `/api/billing/checkout/${String(first.body.id)}`,
    undefined,
    token,
  )
  t.like(body, { status: 'expired', url: null })
})

test.serial(
  'a page that is made for a checkout which was closed meanwhile is closed too',
  async (t) => {
    const { id, token } = await app.signUp()
    const before = shop.sessions.length
    // The other plan is asked for while the first page is in the making.
    shop.whileOpening.push(async () => void (await open(token, { productId: team })))
    const answer = await open(token, { productId: pro })
    t.is(answer.status, 201)
    const pages = shop.sessions.slice(before)
    t.is(pages.length, 3)
    t.deepEqual(
      pages.filter(({ status }) => status === 'open').map(({ url }) => url),
      [answer.body.url],
    )
    t.deepEqual(
      await app.db.query("SELECT url FROM checkouts WHERE user_id = $1 AND status = 'open'", [id]),
      [{ url: answer.body.url }],
    )
  },
)

test.serial(
  'another quantity or promotion code is another page, the same is the same',
  async (t) => {
    const { token } = await app.signUp()
    const codes: Record<string, string> = { SPRING: 'promo_spring', AUTUMN: 'promo_autumn' }
    shop.behaviours.unshift(({ path, query }) =>
      path === '/v1/promotion_codes'
        ? { object: 'list', data: [{ id: codes[query.get('code') ?? ''] }], has_more: false }
        : undefined,
    )
    const before = shop.sessions.length
    const orders = [{}, { quantity: 2 }, { promotionCode: 'SPRING' }, { promotionCode: 'AUTUMN' }]
    for (const order of orders) {
      const first = await open(token, { productId: pack, ...order })
      t.is((await open(token, { productId: pack, ...order })).body.url, first.body.url)
    }
    shop.behaviours.shift()
    const pages = shop.sessions.slice(before)
    t.deepEqual(
      pages.map(({ status }) => status),
      ['expired', 'expired', 'expired', 'open'],
    )
  },
)

test.serial("somebody else's session moves no checkout, whatever it says of itself", async (t) => {
  const [ada, ben] = [await app.signUp(), await app.signUp()]
  const { body } = await open(ada.token, { productId: pack })
  await app.db.query('UPDATE checkouts SET stripe_session_id = NULL WHERE id = $1', [body.id])
  const session = {
    id: 'cs_of_ben',
    object: 'checkout.session',
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    customer: null,
    client_reference_id: ben.id,
    payment_intent: 'pi_of_ben',
    amount_total: 1,
    currency: 'usd',
    metadata: { checkout_id: String(body.id) },
  }
  shop.objects.set('/v1/checkout/sessions/cs_of_ben', session)
  await app.deliver(event('checkout.session.completed', session))
  await app.settled()
  t.deepEqual(
    await app.db.query('SELECT status, stripe_session_id FROM checkouts WHERE id = $1', [body.id]),
    [{ status: 'open', stripe_session_id: null }],
  )
})

test.serial('a page that was completed before it could be closed counts', async (t) => {
  const { token } = await app.signUp()
  const first = await open(token, { productId: pro })
  shop.complete(await sessionOf(first.body.id), 'unpaid')
  t.like(await open(token, { productId: team }), {
    status: 409,
    body: { error: { code: 'ALREADY_SUBSCRIBED' } },
  })
})

test.serial(
  'who has paid for a subscription that is not known yet buys no second one',
  async (t) => {
    const user = await app.signUp()
    const { body } = await open(user.token, { productId: pro })
    Object.assign(shop.complete(await sessionOf(body.id)), { subscription: 'sub_on_its_way' })
    const refused = { status: 409, body: { error: { code: 'ALREADY_SUBSCRIBED' } } }
    t.like(await open(user.token, { productId: team }), refused)
    t.like(await open(user.token, { productId: pro }), refused)
    // It comes, and is over at once.
    await app.db.query(
      `INSERT INTO subscriptions (id, user_id, stripe_subscription_id, stripe_customer_id, status, livemode)
     VALUES ($1, $2, 'sub_on_its_way', 'cus_on_its_way', 'canceled', false)`,
      [uuidv7(), user.id],
    )
    t.is((await open(user.token, { productId: team })).status, 201)
  },
)

test.serial('a page whose time is over is closed at Stripe before there is another', async (t) => {
  const user = await app.signUp()
  const first = await open(user.token, { productId: pro })
  await app.db.query('UPDATE checkouts SET expires_at = now() WHERE id = $1', [first.body.id])
  const second = await open(user.token, { productId: pro })
  t.not(second.body.url, first.body.url)
  t.deepEqual(
    shop.sessions.slice(-2).map(({ status }) => status),
    ['expired', 'open'],
  )
})

test.serial('success page and webhook at once fulfil once, and only what is paid', async (t) => {
  const user = await app.signUp()
  const { body } = await open(user.token, { productId: pack, quantity: 3 })
  const page = () => app.send(`/api/billing/checkout/${String(body.id)}`, undefined, user.token)
  t.like((await page()).body, { status: 'open', url: body.url })
  const session = shop.complete(await sessionOf(body.id), 'unpaid')
  t.like((await page()).body, { status: 'pending', url: null })
  t.is((await published('billing.purchase_completed', user.id)).length, 0)
  session.payment_status = 'paid'
  const webhook = () => app.deliver(event('checkout.session.async_payment_succeeded', session))
  const [shown] = await Promise.all([page(), webhook(), page(), webhook(), page()])
  await app.settled()
  t.is(shown.body.status, 'fulfilled')
  const [completed, ...more] = await published('billing.purchase_completed', user.id)
  t.deepEqual(more, [])
  t.like(completed?.payload, {
    amount: 2500,
    items: [{ name: 'pack', quantity: 3, workflow: 'greet', grants: { features: ['agents'] } }],
  })
  t.is((await published('billing.payment_succeeded', user.id)).length, 1)
  const { body: list } = await app.send('/api/billing/purchases', undefined, user.token)
  t.like(list, {
    purchases: [
      { status: 'paid', amount: 2500, amountRefunded: 0, items: [{ name: 'pack', quantity: 3 }] },
    ],
  })
})

test.serial('a start that was cut short is found again by what the session knows', async (t) => {
  const user = await app.signUp()
  const { body } = await open(user.token, { productId: pack })
  const session = shop.complete(await sessionOf(body.id))
  await app.db.query('UPDATE checkouts SET stripe_session_id = NULL, url = NULL WHERE id = $1', [
    body.id,
  ])
  // Asked again under the same key, Stripe answers with the same page.
  const again = await open(user.token, { productId: pack })
  t.is(again.body.url, body.url)
  await app.db.query('UPDATE checkouts SET stripe_session_id = NULL, url = NULL WHERE id = $1', [
    body.id,
  ])
  await app.deliver(event('checkout.session.completed', session))
  await app.settled()
  const page = await app.send(`/api/billing/checkout/${String(body.id)}`, undefined, user.token)
  t.is(page.body.status, 'fulfilled')
})

test.serial('what Stripe refuses for good is begun anew with the next click', async (t) => {
  const { token } = await app.signUp()
  await open(token, { productId: pack })
  const refused = { error: { type: 'invalid_request_error', message: 'No such price.' } }
  shop.failures.push({ status: 400, body: refused })
  t.is((await open(token, { productId: pro })).status, 422)
  t.is((await open(token, { productId: pro })).status, 201)
})

test.serial('a customer who was deleted at Stripe is noticed without a webhook', async (t) => {
  const { id, token } = await app.signUp()
  const customer = async () =>
    (
      await app.db.query<{ stripe_customer_id: string }>(
        'SELECT stripe_customer_id FROM customers WHERE user_id = $1',
        [id],
      )
    )[0]?.stripe_customer_id
  const missing = {
    status: 400,
    body: {
      error: {
        type: 'invalid_request_error',
        code: 'resource_missing',
        param: 'customer',
        message: 'No such customer.',
      },
    },
  }
  await open(token, { productId: pack })
  const first = await customer()
  shop.failures.push(missing)
  t.is((await open(token, { productId: pro })).status, 201)
  const second = await customer()
  t.not(second, first)
  t.is(shop.requests.at(-1)?.body.get('customer'), second)
  shop.failures.push(missing)
  shop.objects.set('/v1/billing_portal/sessions', { id: 'bps_1', url: 'https://portal.test/1' })
  t.is((await app.send('/api/billing/portal', {}, token)).status, 200)
  t.not(await customer(), second)
})

test.serial('a trial is given once a user', async (t) => {
  const user = await app.signUp()
  const subscribed = (id: string, livemode: boolean) =>
    app.db.query(
      `INSERT INTO subscriptions (id, user_id, stripe_subscription_id, stripe_customer_id, status, livemode, trial_end)
       VALUES ($1, $2, $3, 'cus_tried', 'canceled', $4, now())`,
      [uuidv7(), user.id, id, livemode],
    )
  await subscribed('sub_tried_in_the_other_mode', true)
  await open(user.token, { productId: tried })
  const trialOf = () =>
    shop.requests
      .findLast(({ method, path }) => method === 'POST' && path === '/v1/checkout/sessions')
      ?.body.get('subscription_data[trial_period_days]')
  t.is(trialOf(), '14')
  await subscribed('sub_tried', false)
  await app.db.query("UPDATE checkouts SET status = 'expired' WHERE user_id = $1", [user.id])
  await open(user.token, { productId: tried })
  t.is(trialOf(), null)
})

test.serial('who has a subscription changes it instead of buying another', async (t) => {
  const user = await app.signUp()
  await app.db.query(
    `INSERT INTO subscriptions (id, user_id, stripe_subscription_id, stripe_customer_id, status, livemode)
     VALUES ($1, $2, 'sub_alive', 'cus_alive', 'active', false)`,
    [uuidv7(), user.id],
  )
  t.like(await open(user.token, { productId: pro }), {
    status: 409,
    body: { error: { code: 'ALREADY_SUBSCRIBED' } },
  })
  t.is((await open(user.token, { productId: pack })).status, 201)
})

test.serial(
  'a promotion code becomes a discount; one that does not exist is refused',
  async (t) => {
    const { token } = await app.signUp()
    const list = '/v1/promotion_codes'
    shop.objects.set(list, { object: 'list', data: [{ id: 'promo_1' }], has_more: false })
    t.is((await open(token, { productId: pack, promotionCode: 'SPRING' })).status, 201)
    t.is(shop.requests.at(-1)?.body.get('discounts[0][promotion_code]'), 'promo_1')
    shop.objects.set(list, { object: 'list', data: [], has_more: false })
    t.like(await open(token, { productId: pack, promotionCode: 'SPRING' }), {
      status: 422,
      body: { error: { code: 'PROMOTION_CODE_UNKNOWN' } },
    })
  },
)

const buyer = app.signUp().then(({ token }) => token)
for (const [what, body] of Object.entries({
  'an unknown product': { productId: uuidv7() },
  "Stripe's own id of a price": { productId: 'price_pro' },
  'an archived product': { productId: archived },
  'a product of the other mode': { productId: foreign },
  'a price of the client’s': { productId: pro, amount: 1 },
  'a currency of the client’s': { productId: pro, currency: 'jpy' },
  'a quantity of 0': { productId: pro, quantity: 0 },
  'a quantity of −1': { productId: pro, quantity: -1 },
  'a quantity of 1.5': { productId: pro, quantity: 1.5 },
  'a quantity of 1e9': { productId: pro, quantity: 1e9 },
  'a foreign success page': { productId: pro, successUrl: 'https://evil.example/' },
  'a success page of the same beginning': {
    productId: pro,
    successUrl: 'https://forge.example.evil.example/',
  },
  'a success page with a name before it': {
    productId: pro,
    successUrl: 'https://forge.example@evil.example/',
  },
  'a success page with somebody’s password': {
    productId: pro,
    successUrl: 'https://user:password@forge.example/',
  },
  'a script as the cancel page': { productId: pro, cancelUrl: 'javascript:alert(1)' },
  'a page by another protocol': { productId: pro, cancelUrl: 'http://forge.example/' },
})) {
  test.serial(`${what} is refused with 422, and nothing is opened`, async (t) => {
    const before = shop.sessions.length
    t.is((await open(await buyer, body)).status, 422)
    t.is(shop.sessions.length, before)
  })
}

test.serial(
  'configured origins are led back to; the portal leads nowhere else either',
  async (t) => {
    const { token } = await app.signUp()
    const successUrl = 'https://app.example/thanks?from=checkout'
    t.is((await open(token, { productId: pro, successUrl })).status, 201)
    t.regex(
      shop.requests.at(-1)?.body.get('success_url') ?? '',
      /^https:\/\/app\.example\/thanks\?from=checkout&checkout=/,
    )
    shop.objects.set('/v1/billing_portal/sessions', { id: 'bps_1', url: 'https://portal.test/1' })
    const portal = (returnUrl?: string) => app.send('/api/billing/portal', { returnUrl }, token)
    t.deepEqual((await portal('https://app.example/account')).body, {
      url: 'https://portal.test/1',
    })
    t.is((await portal()).status, 200)
    t.is((await portal('https://evil.example/')).status, 422)
  },
)

test.serial(
  "another user's checkout is not there, and nobody reads one without logging in",
  async (t) => {
    const [ada, ben] = [await app.signUp(), await app.signUp()]
    const { body } = await open(ada.token, { productId: pro })
    const path = `/api/billing/checkout/${String(body.id)}`
    t.is((await app.send(path, undefined, ada.token)).status, 200)
    for (const other of [path, `/api/billing/checkout/${uuidv7()}`, '/api/billing/checkout/cs_1'])
      t.like(await app.send(other, undefined, ben.token), {
        status: 404,
        body: { error: { code: 'CHECKOUT_NOT_FOUND' } },
      })
    t.is((await app.send(path)).status, 401)
  },
)
