import { Billing } from '../src/index.js'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { v7 as uuidv7 } from 'uuid'
import { application } from './application.js'
import { stripeStandIn } from './stripe-stand-in.js'

const api = await stripeStandIn()
const app = await application({ secretKey: 'sk_test_of_the_tests', apiBase: api.url })
test.after.always(async () => {
  await app.close()
  await api.close()
})
const CUSTOMERS = '/v1/customers'
const METERS = '/v1/billing/meter_events'
api.objects.set(METERS, { object: 'billing.meter_event' })

async function payer() {
  const userId = await app.user(uuidv7())
  await app.db.query(
    'INSERT INTO customers (id, user_id, livemode, stripe_customer_id) VALUES ($1, $1, false, $2)',
    [userId, `cus_${userId}`],
  )
  return userId
}
const record = (userId: string, at = new Date(), id?: string) =>
  app.db.transaction((tx) =>
    app.forge
      .get(Billing)
      .recordUsage(tx, { userId, meter: 'calls', value: 3, at: at.toISOString() }, id),
  )
const sent = (userId: string) =>
  api.requests.filter(
    ({ path, body }) =>
      path === METERS && body.get('payload[stripe_customer_id]') === `cus_${userId}`,
  )
const handled = () =>
  waitFor(async () => {
    const rows = await app.db.query(
      "SELECT 1 FROM event_deliveries WHERE consumer LIKE 'billing.%'",
    )
    return rows.length === 0
  })
const KEY_REFUSED = { status: 401, body: { error: { type: 'invalid_request_error' } } }

/** Waits until a delivery was put off for some minutes, uncounted, and lets these pass. */
async function waits(consumer: string) {
  await waitFor(async () => {
    const rows = await app.db.query(
      `UPDATE event_deliveries SET due_at = now()
       WHERE consumer = $1 AND claim IS NULL AND attempt = 0 AND due_at > now() + interval '1 minute'
       RETURNING 1`,
      [consumer],
    )
    return rows.length > 0
  })
}
const deadLetters = async () =>
  (await app.db.query<{ reason: string }>('SELECT reason FROM event_dead_letters ORDER BY id')).map(
    ({ reason }) => reason,
  )

test.serial(
  "usage is sent under the event's own id, and recorded once under the caller's",
  async (t) => {
    const userId = await payer()
    const at = new Date(Date.now() - 60_000)
    await record(userId, at, 'call-1')
    await record(userId, at, 'call-1')
    await handled()
    const [request, ...more] = sent(userId)
    t.deepEqual(more, [])
    t.is(request?.body.get('event_name'), 'calls')
    t.is(request?.body.get('payload[value]'), '3')
    t.is(request?.body.get('timestamp'), String(Math.floor(at.getTime() / 1000)))
    const [event] = await app.db.query<{ id: string }>(
      "SELECT id FROM events WHERE event_type = 'billing.usage_recorded' AND user_id = $1",
      [userId],
    )
    t.is(request?.body.get('identifier'), event?.id)
  },
)

test.serial('what Stripe has counted already is sent; while Stripe is busy it waits', async (t) => {
  const userId = await payer()
  const message = 'An event already exists with identifier x.'
  api.failures.push(
    { status: 429, headers: { 'retry-after': '0.1' } },
    { status: 400, body: { error: { type: 'invalid_request_error', message } } },
  )
  await record(userId)
  await handled()
  t.is(sent(userId).length, 2)
  t.deepEqual(await deadLetters(), [])
})

test.serial('usage waits for hours while the API key is refused, and is sent once', async (t) => {
  const userId = await payer()
  // More often than an event may fail.
  const times = 5
  api.failures.push(...Array.from({ length: times }, () => KEY_REFUSED))
  await record(userId)
  for (let n = 0; n < times; n++) await waits('billing.usage')
  await handled()
  t.is(sent(userId).length, times + 1)
  t.is(new Set(sent(userId).map(({ body }) => body.get('identifier'))).size, 1)
  t.deepEqual(await deadLetters(), [])
})

test.serial('without an API key usage is a dead letter that says so', async (t) => {
  const without = await application()
  t.teardown(() => without.close())
  const userId = await without.user(uuidv7())
  await without.db.transaction((tx) =>
    without.forge
      .get(Billing)
      .recordUsage(tx, { userId, meter: 'calls', value: 3, at: new Date().toISOString() }),
  )
  const reasons = await waitFor(async () => {
    const rows = await without.db.query<{ reason: string }>('SELECT reason FROM event_dead_letters')
    return rows.length > 0 && rows
  })
  t.regex(reasons[0]?.reason ?? '', /STRIPE_SECRET_KEY/)
})

test.serial(
  'who has paid nothing yet becomes one customer, to whom the usage is counted',
  async (t) => {
    const userId = await app.user(uuidv7())
    const made = () => api.requests.filter(({ path }) => path === CUSTOMERS)
    api.objects.set(CUSTOMERS, { object: 'customer', id: `cus_${userId}` })
    await Promise.all(['a', 'b', 'c'].map((id) => record(userId, new Date(), `${userId}:${id}`)))
    await handled()
    t.deepEqual(await deadLetters(), [])
    t.is(sent(userId).length, 3)
    t.is(new Set(made().map(({ idempotencyKey }) => idempotencyKey)).size, 1)
    t.is(made()[0]?.body.get('metadata[account_id]'), userId)

    api.failures.push({ status: 429, headers: { 'retry-after': '0.1' } })
    const another = await app.user(uuidv7())
    api.objects.set(CUSTOMERS, { object: 'customer', id: `cus_${another}` })
    await record(another)
    await handled()
    t.is(sent(another).length, 1, 'while Stripe is busy it waits')
    t.deepEqual(await deadLetters(), [])
  },
)

test.serial('usage whose connection to the database is lost is sent all the same', async (t) => {
  const userId = await app.user(uuidv7())
  api.objects.set(CUSTOMERS, { object: 'customer', id: `cus_${userId}` })
  const locked = Promise.withResolvers<void>()
  const lost = Promise.withResolvers<void>()
  // While its row cannot be written, the connection that waits for it ends.
  const holding = app.db.transaction(async (tx) => {
    await tx.query('LOCK TABLE customers IN ACCESS EXCLUSIVE MODE')
    locked.resolve()
    await lost.promise
  })
  await locked.promise
  await record(userId)
  try {
    await waitFor(async () => {
      const ended = await app.db.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO customers%'`,
      )
      return ended.length > 0
    })
  } finally {
    lost.resolve()
    await holding
  }
  await handled()
  t.deepEqual(await deadLetters(), [])
  t.is(sent(userId).length, 1)
})

test.serial('what Stripe cannot take becomes a dead letter that says why, at once', async (t) => {
  const userId = await payer()
  const day = 24 * 3600 * 1000
  await record(userId, new Date(Date.now() - 36 * day))
  await record(userId, new Date(Date.now() + day))
  await handled()
  const reasons = await deadLetters()
  t.is(reasons.length, 2)
  for (const reason of [/35 days/, /in the future/])
    t.true(
      reasons.some((text) => reason.test(text)),
      String(reason),
    )
  t.is(sent(userId).length, 0)
})

test.serial('errors that Stripe finds later become a dead letter with what it says', async (t) => {
  const notice = {
    id: 'evt_meter_errors',
    object: 'v2.core.event',
    type: 'v1.billing.meter.error_report_triggered',
    created: '2026-10-28T00:00:00.000Z',
    livemode: false,
  }
  const sample = { error_message: 'No such customer.', request: { identifier: 'usage-7' } }
  const type = { code: 'meter_event_customer_not_found', sample_errors: [sample] }
  api.objects.set('/v2/core/events/evt_meter_errors', {
    ...notice,
    data: {
      developer_message_summary: 'There is 1 invalid event',
      reason: { error_types: [type] },
    },
  })
  // A key that is wrong for a while hides nothing of it.
  api.failures.push(KEY_REFUSED)
  await app.deliver(notice)
  await waits('billing.meter-errors')
  await handled()
  t.true(
    (await deadLetters()).some((reason) =>
      /1 invalid event.*No such customer.*usage-7/.test(reason),
    ),
  )
})
