import test from 'ava'
import { v7 as uuidv7 } from 'uuid'
import { application, type Answered } from './application.js'
import { event, price, product, subscription, type SubscriptionOptions } from './objects.js'
import type { Shown } from '../src/subscriptions/shown.js'
import { stripeStandIn } from './stripe-stand-in.js'

const api = await stripeStandIn()
const app = await application({ secretKey: 'sk_test_of_the_tests', apiBase: api.url })
test.after.always(async () => {
  await app.close()
  await api.close()
})

test.before(() =>
  app.db.query(
    `CREATE FUNCTION keep_asked() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION 'the disk is full'; END $$`,
  ),
)

// Nothing was paid for the running period.
api.objects.set('/v1/invoices', { object: 'list', data: [], has_more: false })
api.objects.set('/v1/invoiceitems', { object: 'list', data: [], has_more: false })

let count = 0
/** A user with a subscription, as Stripe has it and as we do. */
async function subscriber(more: object = {}, priced: Partial<SubscriptionOptions> = {}) {
  const n = ++count
  const [user, id, customer] = [await app.signUp(), `sub_r${n}`, `cus_r${n}`]
  const object = subscription(id, { customer, reference: user.id, more, ...priced })
  const path = `/v1/subscriptions/${id}`
  api.objects.set(path, object)
  await app.deliver(event('customer.subscription.created', object))
  await app.settled()
  const post = (verb: string, body: object = {}): Promise<Answered> =>
    app.send(`/api/billing/subscription/${verb}`, body, user.token)
  const asked = () => api.requests.filter(({ method, path: at }) => method !== 'GET' && at === path)
  return {
    user,
    id,
    path,
    post,
    asked,
    /** As where the process dies between Stripe's answer and our note of it. */
    async unnoted(work: () => Promise<unknown>) {
      const table = 'subscription_locks'
      await app.db.query(
        `CREATE TRIGGER ${id} BEFORE UPDATE ON ${table} FOR EACH ROW
         WHEN (OLD.asked IS NOT NULL AND NEW.asked IS NULL AND NEW.stripe_subscription_id = '${id}')
         EXECUTE FUNCTION keep_asked()`,
      )
      await work()
      await app.db.query(`DROP TRIGGER ${id} ON ${table}`)
    },
    now: (changes: object) => api.objects.set(path, { ...object, ...changes }),
    /** What the next change of it makes of it. */
    becomes: (changes: object) =>
      api.behaviours.push(({ method, path: at }) => {
        if (method === 'GET' || at !== path) return undefined
        api.objects.set(path, { ...object, ...changes })
        api.behaviours.pop()
        return undefined
      }),
  }
}

test.serial(
  'cancelled at the end of the period, taken back, and cancelled again under another key',
  async (t) => {
    const it = await subscriber()
    it.becomes({ cancel_at_period_end: true })
    t.like(await it.post('cancel'), {
      status: 200,
      body: { subscription: { cancelAtPeriodEnd: true, scheduledEnd: '2026-10-21T14:13:20.000Z' } },
    })
    it.becomes({ cancel_at_period_end: false })
    t.like((await it.post('resume')).body, { subscription: { cancelAtPeriodEnd: false } })
    it.becomes({ cancel_at_period_end: true })
    await it.post('cancel')
    const [first, back, second] = it.asked()
    t.is(first?.body.get('cancel_at_period_end'), 'true')
    t.is(back?.body.get('cancel_at_period_end'), 'false')
    const keys = [first, back, second].map((request) => request?.idempotencyKey ?? '')
    for (const key of keys) t.regex(key, /^tf:sub_r\d+:[0-9a-f-]{36}$/)
    t.is(new Set(keys).size, 3)
  },
)

test.serial('a subscription says which price of the catalogue is paid', async (t) => {
  const mine = async (token: string) =>
    (await app.send('/api/billing/subscription', undefined, token)).body
  const stranger = await subscriber()
  t.like(await mine(stranger.user.token), { subscription: { productId: null, plan: null } })
  const plan = product('prod_known')
  api.objects.set('/v1/products/prod_known', plan)
  await app.deliver(event('product.created', plan))
  for (const interval of ['month', 'year']) {
    const recurring = { interval, interval_count: 1, usage_type: 'licensed' }
    const offered = price(`price_known_${interval}`, 'prod_known', { recurring })
    api.objects.set(`/v1/prices/${offered.id}`, offered)
    await app.deliver(event('price.created', offered))
  }
  const known = { priceId: 'price_known_year', productId: 'prod_known' }
  const { user } = await subscriber({}, known)
  const { products } = (await app.send('/api/products')).body as {
    products: { id: string; interval: string }[]
  }
  const yearly = products.filter(({ interval }) => interval === 'year')
  t.is(yearly.length, 1)
  t.like(await mine(user.token), { subscription: { productId: yearly[0]?.id, plan: 'Pro' } })
})

test.serial('an end that the portal scheduled by its date alone is taken back by it', async (t) => {
  const it = await subscriber({ cancel_at: 1_792_592_000 })
  it.becomes({ cancel_at: null })
  t.is((await it.post('resume')).status, 200)
  t.deepEqual([...(it.asked()[0]?.body.entries() ?? [])], [['cancel_at', '']])
})

test.serial('cancelled now, it is over, and only a new one can be bought', async (t) => {
  const it = await subscriber()
  it.becomes({ status: 'canceled', ended_at: 1_790_000_500 })
  t.like((await it.post('cancel', { when: 'now' })).body, { subscription: { status: 'canceled' } })
  t.is(it.asked()[0]?.method, 'DELETE')
  t.like(await it.post('resume'), { status: 409, body: { error: { code: 'SUBSCRIPTION_OVER' } } })
  t.like(await it.post('cancel'), { status: 200, body: { subscription: { status: 'canceled' } } })
  t.is(it.asked().length, 1, 'nothing is asked of what is over')
})

test.serial(
  'an error of Stripe’s own is asked about with the same key, until it is too late for the change to be made',
  async (t) => {
    const it = await subscriber()
    const broken = { status: 500, error: { type: 'api_error', message: 'try again' } }
    api.behaviours.push(({ method, path }) =>
      method === 'POST' && path === it.path ? broken : undefined,
    )
    t.is((await it.post('cancel')).status, 503)
    const keys = () => it.asked().map(({ idempotencyKey }) => idempotencyKey)
    api.behaviours.length = 0
    t.is((await it.post('cancel')).status, 503, 'Stripe repeats its first answer')
    t.is(new Set(keys()).size, 1)
    t.like(await it.post('cancel', { when: 'now' }), {
      status: 503,
      body: { error: { code: 'SUBSCRIPTION_BUSY' } },
    })
    await app.db.query(
      'UPDATE subscription_locks SET asked_until = now() WHERE stripe_subscription_id = $1',
      [it.id],
    )
    t.is((await it.post('cancel')).status, 200)
    t.false(keys().slice(0, -1).includes(keys().at(-1)))
  },
)

test.serial(
  'a change that is made is not denied because Stripe is busy a moment later',
  async (t) => {
    const it = await subscriber()
    api.behaviours.push(({ method, path }) => {
      if (path !== it.path) return undefined
      if (method === 'POST') api.failures.push({ status: 429 })
      return undefined
    })
    t.is((await it.post('cancel')).status, 200)
    t.deepEqual(api.failures, [], 'Stripe was busy when it was asked what it has')
    api.behaviours.length = 0
  },
)

test.serial('what another tab has undone meanwhile is not done again', async (t) => {
  const it = await subscriber()
  api.behaviours.push(({ method, path }) => {
    if (method !== 'POST' || path !== it.path) return undefined
    // Between Stripe's answer and our look at what it has, the other tab resumes.
    return { ...api.objects.get(it.path), cancel_at_period_end: true }
  })
  t.like(await it.post('cancel'), {
    status: 200,
    body: { subscription: { cancelAtPeriodEnd: false } },
  })
  t.is(it.asked().length, 1)
  api.behaviours.length = 0
})

const plan = async () => {
  const id = uuidv7()
  await app.db.query(
    `INSERT INTO products (id, name, type, stripe_price_id, stripe_product_id, unit_amount, interval)
     VALUES ($1::uuid, 'Team', 'subscription', 'price_' || $1, 'prod_team', 5000, 'month')`,
    [id],
  )
  return id
}

test.serial('a change is previewed, then made at the same moment of proration', async (t) => {
  const it = await subscriber()
  const productId = await plan()
  const lines = {
    object: 'list',
    data: [{ description: 'Remaining time', amount: 1234 }],
    has_more: false,
  }
  // Stripe's clock says, whatever ours does: that of a test clock may be of another year.
  const moment = 1_791_000_000
  const parent = { subscription_details: { subscription_proration_date: moment } }
  const invoice = {
    amount_due: 1234,
    total: 1234,
    currency: 'usd',
    created: moment + 1,
    lines,
    parent,
  }
  api.objects.set('/v1/invoices/create_preview', invoice)
  const shown = await it.post('change', { productId, quantity: 3, preview: true })
  t.like(shown.body.preview, {
    amountDue: 1234,
    currency: 'usd',
    lines: [{ description: 'Remaining time', amount: 1234 }],
  })
  t.is(it.asked().length, 0, 'nothing is changed by looking')
  const looked = api.requests.findLast(({ path }) => path === '/v1/invoices/create_preview')
  t.false(looked?.body.has('subscription_details[proration_date]'))
  const { amountDue, credit, prorationDate } = shown.body.preview as Shown
  t.is(prorationDate, moment)
  const asShown = { productId, quantity: 3, shown: { amountDue, credit, prorationDate } }
  t.is((await it.post('change', asShown)).status, 200)
  const asked = it.asked()[0]?.body
  t.is(asked?.get('items[0][id]'), `si_${it.id}`)
  t.is(asked?.get('items[0][price]'), `price_${productId}`)
  t.is(asked?.get('items[0][quantity]'), '3')
  t.is(asked?.get('proration_date'), String(prorationDate))
})

test.serial('the document says what each field means that binds a change', async (t) => {
  const { body } = await app.send('/openapi.json')
  interface Field {
    description?: string
    properties?: Record<string, Field>
  }
  const paths = body.paths as Record<string, { post: { requestBody: object } }>
  const { requestBody } = paths['/api/billing/subscription/change']?.post ?? {}
  const { schema } = (requestBody as { content: Record<string, { schema: Field }> }).content[
    'application/json'
  ] as { schema: Field }
  const { shown, quantity, preview } = schema.properties ?? {}
  const fields = [shown, quantity, preview, ...Object.values(shown?.properties ?? {})]
  t.is(fields.length, 6)
  for (const field of fields) t.truthy(field?.description)
})

test.serial(
  'a declined card changes nothing, and another card is asked under another key',
  async (t) => {
    const it = await subscriber()
    const declined = { type: 'card_error', code: 'card_declined', message: 'Insufficient funds.' }
    const answers: object[] = [{ status: 402, error: declined }]
    api.behaviours.push(({ method, path }) =>
      method === 'POST' && path === it.path ? answers.shift() : undefined,
    )
    const productId = await plan()
    t.like(await it.post('change', { productId }), {
      status: 402,
      body: { error: { code: 'CARD_DECLINED' } },
    })
    // Under the first key Stripe would go on answering that the card was declined.
    t.is((await it.post('change', { productId })).status, 200)
    const [first, second] = it.asked()
    t.deepEqual(first?.body, second?.body)
    t.not(first?.idempotencyKey, second?.idempotencyKey)
    api.behaviours.length = 0
  },
)

test.serial('a decline that was not heard of does not stand for another card', async (t) => {
  const it = await subscriber()
  const declined = { type: 'card_error', code: 'card_declined', message: 'Insufficient funds.' }
  const answers: object[] = [{ status: 402, error: declined }]
  api.behaviours.push(({ method, path }) =>
    method === 'POST' && path === it.path ? answers.shift() : undefined,
  )
  const productId = await plan()
  await it.unnoted(async () => t.is((await it.post('change', { productId })).status, 402))
  t.is((await it.post('change', { productId })).status, 200)
  const [first, second, third] = it.asked().map(({ idempotencyKey }) => idempotencyKey)
  t.is(first, second)
  t.not(second, third)
  api.behaviours.length = 0
})

test.serial(
  'what Stripe has done is no error of ours, and is asked anew once it is undone',
  async (t) => {
    const it = await subscriber()
    it.becomes({ cancel_at_period_end: true })
    await it.unnoted(async () => t.is((await it.post('cancel')).status, 200))
    it.now({ cancel_at_period_end: false })
    it.becomes({ cancel_at_period_end: true })
    t.like(await it.post('cancel'), {
      status: 200,
      body: { subscription: { cancelAtPeriodEnd: true } },
    })
    const [first, second, third] = it.asked().map(({ idempotencyKey }) => idempotencyKey)
    t.is(first, second)
    t.not(second, third)
  },
)

test.serial('what cannot be changed to is refused', async (t) => {
  const it = await subscriber()
  const productId = await plan()
  for (const body of [
    { productId: uuidv7() },
    { productId, quantity: 0 },
    { productId, quantity: 1e9 },
    { productId, unitAmount: 1 },
  ])
    t.is((await it.post('change', body)).status, 422)
  t.is(it.asked().length, 0)
})

test.serial("another user's subscription and invoices are not there", async (t) => {
  const [ada, ben] = [await subscriber(), await subscriber()]
  const { body } = await app.send('/api/billing/subscription', undefined, ada.user.token)
  const { id } = body.subscription as { id: string }
  for (const verb of ['cancel', 'resume', 'change']) {
    const productId = await plan()
    const answer = await ben.post(verb, {
      subscriptionId: id,
      ...(verb === 'change' ? { productId } : {}),
    })
    t.like(answer, { status: 404, body: { error: { code: 'SUBSCRIPTION_NOT_FOUND' } } })
  }
  await app.db.query(
    `INSERT INTO invoices (id, stripe_invoice_id, user_id, status, currency, amount_due, amount_paid, livemode, created_at, number)
     VALUES ($1, 'in_routes', $2, 'paid', 'usd', 2000, 2000, false, now(), 'A-1')`,
    [uuidv7(), ada.user.id],
  )
  const invoices = (token: string) => app.send('/api/billing/invoices', undefined, token)
  t.like((await invoices(ada.user.token)).body, { invoices: [{ number: 'A-1', amountPaid: 2000 }] })
  t.deepEqual((await invoices(ben.user.token)).body, { invoices: [] })
})

test.serial('no part of the API key is logged where Stripe refuses it', async (t) => {
  const it = await subscriber()
  const message = 'Invalid API Key provided: sk_test_****7890'
  const error = { type: 'invalid_request_error', message }
  for (const status of [401, 403]) {
    api.failures.push({ status, body: { error } })
    t.like(await it.post('cancel'), {
      status: 503,
      body: { error: { code: 'STRIPE_KEY_REFUSED' } },
    })
  }
  const logged = app.lines.join('\n')
  t.true(logged.includes('STRIPE_KEY_REFUSED'))
  t.false(logged.includes('****'))
})
