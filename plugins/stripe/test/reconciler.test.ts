import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application } from './application.js'
import {
  checkoutSession,
  event,
  invoice,
  price,
  product,
  purchaseSession,
  subscription,
} from './objects.js'
import { listOf } from './stripe-list.js'
import { stripeStandIn } from './stripe-stand-in.js'

const api = await stripeStandIn()
const listed: Record<string, { id: string; created?: number }[]> = {
  products: [],
  prices: [],
  customers: [],
  subscriptions: [],
  invoices: [],
  'checkout/sessions': [],
  charges: [],
  refunds: [],
  disputes: [],
  credit_notes: [],
  events: [],
}
for (const name of Object.keys(listed))
  api.behaviours.push(listOf(`/v1/${name}`, () => listed[name] ?? [], 2))
// Everything listed can be fetched as well.
api.behaviours.push(({ method, path }) => {
  const [, name = '', id] = /^\/v1\/(.+)\/(\w+)$/.exec(path) ?? []
  return method === 'GET' ? listed[name]?.find((object) => object.id === id) : undefined
})
const app = await application({ secretKey: 'sk_test_of_the_tests', apiBase: api.url })
test.after.always(async () => {
  await app.close()
  await api.close()
})

const lines: string[] = []
const command = async (...argv: string[]) => {
  lines.length = 0
  await app.forge.command(argv, (line) => lines.push(line))
  return lines.join('\n')
}
const statuses = async () =>
  Object.fromEntries(
    (
      await app.db.query<{ id: string; status: string }>(
        'SELECT stripe_subscription_id AS id, status FROM subscriptions ORDER BY 1',
      )
    ).map(({ id, status }) => [id, status]),
  )
/** An invoice that is found by its event, or where everything is fetched. */
const statusOfInvoice = async (id: string) =>
  (
    await app.db.query<{ status: string }>(
      'SELECT status FROM invoices WHERE stripe_invoice_id = $1',
      [id],
    )
  )[0]?.status
/** Stops a run: no request will do with this key. */
const stop = { status: 401, error: { type: 'authentication_error', message: 'stop here' } }
const now = () => Math.floor(Date.now() / 1000)

test.serial('the first run fetches everything, page by page, through the same rules', async (t) => {
  const userId = await app.user('backfilled')
  const options = {
    customer: 'cus_b',
    priceId: 'price_b',
    productId: 'prod_b',
    reference: 'backfilled',
  }
  listed.products = [product('prod_b')]
  listed.prices = [price('price_b', 'prod_b')]
  listed.customers = [{ id: 'cus_b' }]
  listed.subscriptions = ['sub_1', 'sub_2', 'sub_3', 'sub_4', 'sub_5'].map((id) =>
    subscription(id, { ...options, status: id === 'sub_1' ? 'canceled' : 'active' }),
  )
  listed.invoices = [invoice('in_b', 'cus_b')]
  t.regex(await command('stripe:reconcile'), /5? subscriptions compared, 0 differed/)
  t.deepEqual(await statuses(), {
    sub_1: 'canceled',
    sub_2: 'active',
    sub_3: 'active',
    sub_4: 'active',
    sub_5: 'active',
  })
  t.deepEqual(await app.db.query('SELECT status FROM invoices WHERE user_id = $1', [userId]), [
    { status: 'paid' },
  ])
  t.deepEqual(await app.db.query('SELECT name, is_active FROM products'), [
    { name: 'Pro', is_active: true },
  ])
})

test.serial('a backfill that was stopped goes on from where it was', async (t) => {
  await command('stripe:backfill')
  const before = api.requests.length
  await command('stripe:backfill')
  t.is(api.requests.length, before, 'what is done is not done again')
  const fetched = (id: string) =>
    api.requests.filter(({ path }) => path === `/v1/subscriptions/${id}`).length
  await app.db.query("DELETE FROM stripe_sync WHERE name LIKE 'backfill%'")
  const counts = { first: fetched('sub_1'), last: fetched('sub_5') }
  api.behaviours.unshift(({ path }) => (path === '/v1/subscriptions/sub_4' ? stop : undefined))
  await t.throwsAsync(command('stripe:backfill'), { code: 'STRIPE_KEY_REFUSED' })
  api.behaviours.shift()
  await command('stripe:backfill')
  t.is(fetched('sub_1'), counts.first + 1, 'the page that was done is not fetched again')
  t.is(fetched('sub_5'), counts.last + 1)
})

test.serial('what cannot be taken is left out, named at the end, and tried again', async (t) => {
  const [strange, refused] = [invoice('in_strange', 'cus_b'), invoice('in_refused', 'cus_b')]
  listed.invoices = [{ ...strange, status: 7 } as never, refused, invoice('in_behind_b', 'cus_b')]
  const no = { error: { type: 'invalid_request_error', message: 'no such expansion' } }
  api.behaviours.unshift(({ path }) => (path === '/v1/invoices/in_refused' ? no : undefined))
  const { code } = await t.throwsAsync<Error & { code: string }>(
    command('stripe:backfill', '--restart'),
  )
  t.is(code, 'BACKFILL_INCOMPLETE')
  const printed = lines.filter((line) => line.startsWith('left out'))
  t.is(printed.length, 2)
  t.regex(printed[0] ?? '', /^left out invoice in_strange: INPUT_INVALID: [^]*status/)
  t.regex(printed[1] ?? '', /^left out invoice in_refused: STRIPE_REFUSED: .*no such expansion/)
  t.is(await statusOfInvoice('in_behind_b'), 'paid', 'what comes after them was taken')
  t.true(
    api.requests.some(({ path }) => path === '/v1/credit_notes'),
    'and so were all other kinds',
  )
  // Whatever has been mended since is taken; the rest is named again, and nothing else is fetched.
  listed.invoices[0] = strange
  const before = api.requests.length
  await t.throwsAsync(command('stripe:backfill'), { code: 'BACKFILL_INCOMPLETE' })
  t.deepEqual(
    api.requests.slice(before).map(({ path }) => path),
    ['/v1/invoices/in_strange', '/v1/invoices/in_refused'],
  )
  t.is(await statusOfInvoice('in_strange'), 'paid')
  api.behaviours.shift()
  t.regex(await command('stripe:backfill'), /everything that Stripe has is here/)
  t.is(await statusOfInvoice('in_refused'), 'paid')
  listed.invoices = [invoice('in_b', 'cus_b')]
})

test.serial('events that no webhook brought are received once, over all pages', async (t) => {
  listed.subscriptions = (listed.subscriptions ?? []).map((it) => ({ ...it, status: 'past_due' }))
  const missed = listed.subscriptions.map((object, n) =>
    event('customer.subscription.updated', object, { created: now() - n }),
  )
  listed.events = missed
  t.regex(await command('stripe:reconcile'), /5 events were new/)
  await app.forge.command(['stripe:reconcile'], () => undefined)
  const stored = await app.db.query('SELECT 1 FROM events WHERE external_id = ANY($1)', [
    missed.map(({ id }) => id),
  ])
  t.is(stored.length, 5)
  t.is((await statuses()).sub_3, 'past_due')
  t.is((await statuses()).sub_1, 'canceled', 'what is over stays so')
})

test.serial('the position has ten minutes of overlap, and no gap after a failure', async (t) => {
  const position = async () =>
    (
      await app.db.query<{ before: number }>(
        "SELECT (position ->> 'before')::int AS before FROM stripe_sync WHERE name LIKE 'events:%'",
      )
    )[0]?.before ?? 0
  await command('stripe:reconcile')
  const reached = await position()
  api.behaviours.unshift(({ path }) => (path === '/v1/events' ? stop : undefined))
  await t.throwsAsync(command('stripe:reconcile'))
  api.behaviours.shift()
  t.is(await position(), reached, 'what failed did not move the position')
  await command('stripe:reconcile')
  const asked = api.requests.findLast(({ path }) => path === '/v1/events')
  t.is(asked?.query.get('created[gte]'), String(reached - 600))
})

const DAY = 24 * 3600
const setPosition = (seconds: number) =>
  app.db.query(`UPDATE stripe_sync SET position = $1 WHERE name LIKE 'events:%'`, [
    JSON.stringify({ before: seconds, at: seconds }),
  ])
const settled = () =>
  waitFor(async () => (await app.db.query('SELECT 1 FROM event_deliveries')).length === 0)

test.serial(
  'the position goes by the clock of Stripe, even where ours is an hour ahead',
  async (t) => {
    const theirs = now() - 3600
    await setPosition(theirs - 60)
    const first = invoice('in_skew_1', 'cus_b')
    listed.invoices = [first]
    listed.events = [event('invoice.paid', first, { created: theirs })]
    await command('stripe:reconcile')
    const second = invoice('in_skew_2', 'cus_b')
    listed.invoices = [second, first]
    listed.events.unshift(event('invoice.paid', second, { created: theirs + 60 }))
    t.regex(await command('stripe:reconcile'), /1 events were new/)
    await settled()
    t.is(await statusOfInvoice('in_skew_2'), 'paid')
  },
)

test.serial('an outage of 4 days is repaired from the events alone', async (t) => {
  await setPosition(now() - 4 * DAY)
  const missed = ['in_4_a', 'in_4_b', 'in_4_c'].map((id) => invoice(id, 'cus_b'))
  listed.invoices = missed
  listed.events = missed.map((object, n) =>
    event('invoice.paid', object, { created: now() - 4 * DAY + 7200 - n }),
  )
  const before = api.requests.length
  t.regex(await command('stripe:reconcile'), /3 events were new/)
  await settled()
  t.is(await statusOfInvoice('in_4_c'), 'paid')
  t.false(api.requests.slice(before).some(({ path }) => path === '/v1/charges'))
})

test.serial(
  'after an outage of 40 days everything is fetched anew, in as many runs as it takes',
  async (t) => {
    await setPosition(now() - 40 * DAY)
    listed.events = []
    listed.invoices = ['in_40_a', 'in_40_b', 'in_40_c', 'in_40_d'].map((id) => invoice(id, 'cus_b'))
    api.behaviours.unshift(({ path }) => (path === '/v1/invoices/in_40_d' ? stop : undefined))
    await t.throwsAsync(command('stripe:reconcile'), { code: 'STRIPE_KEY_REFUSED' })
    // Meanwhile something changes that was fetched already, and no webhook tells of it.
    listed.products = [{ ...product('prod_b'), name: 'Pro Plus' } as never]
    listed.events = [event('product.updated', listed.products[0] ?? { id: '' }, { created: now() })]
    api.behaviours.shift()
    const before = api.requests.length
    await command('stripe:reconcile')
    await settled()
    t.is(await statusOfInvoice('in_40_a'), 'paid')
    t.is(await statusOfInvoice('in_40_d'), 'paid')
    const again = api.requests.slice(before).filter(({ path }) => path === '/v1/invoices/in_40_a')
    t.deepEqual(again, [], 'the page that was done is not fetched again')
    t.deepEqual(await app.db.query('SELECT name FROM products'), [{ name: 'Pro Plus' }])
  },
)

test.serial('what changes while the first run is cut short is known after the next', async (t) => {
  await app.db.query('DELETE FROM stripe_sync')
  const began = now() - 2 * 3600
  listed.events = [event('product.updated', product('prod_b'), { created: began })]
  api.behaviours.unshift(({ path }) => (path === '/v1/charges' ? stop : undefined))
  await t.throwsAsync(command('stripe:reconcile'), { code: 'STRIPE_KEY_REFUSED' })
  api.behaviours.shift()
  // Later than the invoices were fetched, and long before the next run.
  const late = invoice('in_late', 'cus_b')
  listed.invoices = [late]
  listed.events.unshift(event('invoice.paid', late, { created: began + 1800 }))
  await command('stripe:reconcile')
  await settled()
  t.is(await statusOfInvoice('in_late'), 'paid')
})

test.serial('subscriptions that differ from Stripe are mended and counted', async (t) => {
  listed.subscriptions = (listed.subscriptions ?? []).map((it) => ({ ...it, status: 'unpaid' }))
  await command('stripe:reconcile')
  await app.db.query(
    "UPDATE subscriptions SET status = 'active' WHERE stripe_subscription_id = 'sub_2'",
  )
  await app.db.query(
    `UPDATE subscriptions SET state = jsonb_set(state, '{status}', '"active"') WHERE stripe_subscription_id = 'sub_2'`,
  )
  t.regex(await command('stripe:reconcile'), /4 subscriptions compared, 1 differed/)
  t.is((await statuses()).sub_2, 'unpaid')
  t.true(app.lines.some((line) => line.includes('differed from what Stripe has')))
})

test.serial('a checkout that nobody spoke of again is followed', async (t) => {
  const user = await app.signUp()
  const session = checkoutSession('cs_silent', 'cus_silent', user.id)
  listed['checkout/sessions'] = [session]
  const [{ id: productId } = { id: '' }] = await app.db.query<{ id: string }>(
    'SELECT id FROM products',
  )
  await app.db.query(
    `INSERT INTO checkouts (id, user_id, product_id, purpose, quantity, request, livemode, expires_at, stripe_session_id, updated_at)
     VALUES ($1, $1, $2, 'subscription', 1, '{}', false, now() + interval '1 day', 'cs_silent', now() - interval '2 hours')`,
    [user.id, productId],
  )
  await command('stripe:reconcile')
  t.deepEqual(await app.db.query('SELECT status FROM checkouts WHERE user_id = $1', [user.id]), [
    { status: 'fulfilled' },
  ])
})

test.serial('a delayed payment whose failure nobody told of is found to have failed', async (t) => {
  const user = await app.signUp()
  const payment_intent = { id: 'pi_delayed', object: 'payment_intent', status: 'processing' }
  const unpaid = { client_reference_id: user.id, payment_status: 'unpaid', payment_intent }
  const session = purchaseSession('cs_delayed', unpaid)
  listed['checkout/sessions'] = [session]
  await app.deliver(event('checkout.session.completed', session))
  await app.settled()
  const found = async () => {
    await command('stripe:reconcile')
    const [row] = await app.db.query<{ status: string; told: number }>(
      `SELECT status, (SELECT count(*)::int FROM events
                       WHERE event_type = 'billing.payment_failed' AND events.user_id = $1) AS told
       FROM purchases WHERE user_id = $1`,
      [user.id],
    )
    return row
  }
  t.deepEqual(await found(), { status: 'pending', told: 0 })
  payment_intent.status = 'requires_payment_method'
  t.deepEqual(await found(), { status: 'failed', told: 1 })
  t.deepEqual(await found(), { status: 'failed', told: 1 })
  const asked = api.requests.filter(({ path }) => path.endsWith('/cs_delayed'))
  t.true(asked.every(({ query }) => [...query.values()].includes('payment_intent')))
})

test.serial('what nobody can take is reported, and holds nothing else up', async (t) => {
  const user = await app.signUp()
  const unpaid = { client_reference_id: user.id, payment_status: 'unpaid' }
  const sessions = ['cs_strange', 'cs_behind'].map((id, n) =>
    purchaseSession(id, { ...unpaid, created: now() - 9_000 + n }),
  )
  listed['checkout/sessions'] = sessions
  for (const session of sessions) await app.deliver(event('checkout.session.completed', session))
  await app.settled()
  const [strange = { id: '' }, behind = { id: '' }] = sessions
  Object.assign(strange, { amount_total: 'a lot' })
  Object.assign(behind, { payment_status: 'paid' })
  listed.subscriptions = (listed.subscriptions ?? []).map((it) =>
    it.id === 'sub_2' ? { ...it, status: 7 } : { ...it, status: 'past_due' },
  )
  listed.invoices = [invoice('in_behind', 'cus_b')]
  const missed = event('invoice.paid', listed.invoices[0] ?? {}, { created: now() })
  listed.events = [{ ...missed, id: 'evt_\0' }, missed]
  const reported = () => app.lines.filter((line) => line.includes('was left out')).length
  const before = reported()
  t.regex(await command('stripe:reconcile'), /1 events were new/)
  await settled()
  t.is(reported(), before + 3)
  t.is(await statusOfInvoice('in_behind'), 'paid')
  t.is((await statuses()).sub_5, 'past_due')
  t.deepEqual(
    await app.db.query(
      'SELECT stripe_session_id AS id, status FROM purchases WHERE user_id = $1 ORDER BY created_at',
      [user.id],
    ),
    [
      { id: 'cs_strange', status: 'pending' },
      { id: 'cs_behind', status: 'paid' },
    ],
  )
})

test.serial('what Stripe fails at holds nothing else up, and is looked at again', async (t) => {
  const before = (await statuses()).sub_2
  listed['checkout/sessions'] = []
  listed.invoices = [invoice('in_broken', 'cus_b'), invoice('in_whole', 'cus_b')]
  listed.subscriptions = (listed.subscriptions ?? []).map((it) => ({ ...it, status: 'unpaid' }))
  const failure = { status: 500, error: { type: 'api_error', message: 'broken here' } }
  const broken = ['/v1/invoices/in_broken', '/v1/subscriptions/sub_2']
  api.behaviours.unshift(({ path }) => (broken.includes(path) ? failure : undefined))
  await t.throwsAsync(command('stripe:backfill', '--restart'), { code: 'BACKFILL_INCOMPLETE' })
  t.deepEqual(
    lines.filter((line) => line.startsWith('left out')).map((line) => line.split(':')[0]),
    ['left out subscription sub_2', 'left out invoice in_broken'],
  )
  t.is(await statusOfInvoice('in_whole'), 'paid')
  listed.subscriptions = listed.subscriptions.map((it) => ({ ...it, status: 'past_due' }))
  await command('stripe:reconcile')
  t.like(await statuses(), { sub_2: before, sub_5: 'past_due' })
  api.behaviours.shift()
  // The job has nothing of its own to begin with, but takes what was left out.
  await command('stripe:reconcile')
  t.is((await statuses()).sub_2, 'past_due')
  t.is(await statusOfInvoice('in_broken'), 'paid')

  // Where it is Stripe that is away, a run stops, and the next goes on there.
  api.behaviours.unshift(() => failure)
  await t.throwsAsync(command('stripe:reconcile'), { message: /Stripe is not available/ })
  api.behaviours.shift()
})

test.serial('nor does what Stripe never answers to, or breaks off', async (t) => {
  t.timeout(120_000)
  listed.invoices = ['in_mute', 'in_cut', 'in_heard'].map((id) => invoice(id, 'cus_b'))
  const mute = Promise.withResolvers<undefined>()
  api.behaviours.unshift(({ path }) => {
    if (path === '/v1/invoices/in_cut') throw new Error('broken off')
    return path === '/v1/invoices/in_mute' ? mute.promise : undefined
  })
  await t.throwsAsync(command('stripe:backfill', '--restart'), { code: 'BACKFILL_INCOMPLETE' })
  t.deepEqual(
    lines.filter((line) => line.startsWith('left out')).map((line) => line.split(':')[0]),
    ['left out invoice in_mute', 'left out invoice in_cut'],
  )
  t.is(await statusOfInvoice('in_heard'), 'paid')
  api.behaviours.shift()
  mute.resolve(undefined)
  await command('stripe:reconcile')
  t.is(await statusOfInvoice('in_mute'), 'paid')
  t.is(await statusOfInvoice('in_cut'), 'paid')

  // Where it is all of Stripe that does not answer, a run stops.
  listed.invoices = [invoice('in_unheard', 'cus_b')]
  api.behaviours.unshift(() => {
    throw new Error('broken off')
  })
  await t.throwsAsync(command('stripe:reconcile'), { message: /Stripe is not available/ })
  api.behaviours.shift()
})

test.serial('where too much cannot be taken, the events are read all the same', async (t) => {
  t.timeout(120_000)
  const odd = Array.from({ length: 1001 }, (_, n) => ({ id: `in_odd_${n}`, status: 7 }))
  const missed = invoice('in_by_event', 'cus_b')
  listed.invoices = [missed]
  listed.events = [event('invoice.paid', missed, { created: now() })]
  api.behaviours.unshift(listOf('/v1/invoices', () => odd))
  api.behaviours.unshift(({ path }) => odd.find(({ id }) => path.endsWith(`/${id}`)))
  await app.db.query("DELETE FROM stripe_sync WHERE name LIKE 'backfill%'")
  t.regex(await command('stripe:reconcile'), /1 events were new/)
  await settled()
  t.is(await statusOfInvoice('in_by_event'), 'paid')
  t.true(app.lines.some((line) => line.includes('More than 1000 of what Stripe has')))
  api.behaviours.splice(0, 2)
  await command('stripe:backfill', '--restart')
})

test.serial('more payments than a run has time for are all looked at in the end', async (t) => {
  const user = await app.signUp()
  const begun = now() - 9_000
  const waiting = { client_reference_id: user.id, payment_status: 'unpaid', created: begun }
  await app.db.query(
    `INSERT INTO purchases (id, stripe_session_id, user_id, status, currency, amount, items, livemode, created_at)
     SELECT gen_random_uuid(), 'cs_long_' || lpad(n::text, 4, '0'), $1, 'pending', 'usd', 100, '[]', false,
       to_timestamp($2) - (1100 - n) * interval '1 second'
     FROM generate_series(1, 1100) AS n`,
    [user.id, begun],
  )
  listed['checkout/sessions'] = [
    purchaseSession('cs_long_1100', { ...waiting, payment_status: 'paid' }),
  ]
  const lookedAt = () => api.requests.filter(({ path }) => path.includes('/cs_long_')).length
  // It is stopped in the middle, and the next run goes on from there.
  api.behaviours.unshift(({ path }) => (path.endsWith('/cs_long_0555') ? stop : undefined))
  await t.throwsAsync(command('stripe:reconcile'), { code: 'STRIPE_KEY_REFUSED' })
  api.behaviours.shift()
  const before = lookedAt()
  t.true(before >= 555 && before < 700)
  await command('stripe:reconcile')
  t.is(lookedAt() - before, 600, 'from the page of the failure to the end')
  t.deepEqual(
    await app.db.query(
      "SELECT stripe_session_id AS id FROM purchases WHERE user_id = $1 AND status = 'paid'",
      [user.id],
    ),
    [{ id: 'cs_long_1100' }],
  )
  await app.db.query('DELETE FROM purchases WHERE user_id = $1', [user.id])
})
