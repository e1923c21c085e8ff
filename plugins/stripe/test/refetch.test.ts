import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application } from './application.js'
import { event, purchaseSession, subscription } from './objects.js'
import { listOf } from './stripe-list.js'
import { stripeStandIn } from './stripe-stand-in.js'

const api = await stripeStandIn()
const app = await application({ secretKey: 'sk_test_of_the_tests', apiBase: api.url })
test.after.always(async () => {
  await app.close()
  await api.close()
})

const statusOf = async (sub: string) =>
  (
    await app.db.query<{ status: string }>(
      'SELECT status FROM subscriptions WHERE stripe_subscription_id = $1',
      [sub],
    )
  )[0]?.status
const object = (sub: string, status: string) =>
  subscription(sub, { customer: `cus_${sub}`, reference: sub, status })

test.serial(
  'with an API key the payload serves for the id only: the object is fetched',
  async (t) => {
    await app.user('sub_a')
    api.objects.set('/v1/subscriptions/sub_a', object('sub_a', 'active'))
    await app.deliver(event('customer.subscription.created', object('sub_a', 'incomplete')))
    await app.settled()
    t.is(await statusOf('sub_a'), 'active')
  },
)

test.serial('an object that Stripe does not have any more pays for nothing', async (t) => {
  await app.user('sub_b')
  api.objects.set('/v1/subscriptions/sub_b', object('sub_b', 'active'))
  await app.deliver(event('customer.subscription.created', object('sub_b', 'active')))
  await app.settled()
  api.objects.delete('/v1/subscriptions/sub_b')
  await app.deliver(event('customer.subscription.updated', object('sub_b', 'active')))
  await app.settled()
  t.is(await statusOf('sub_b'), 'canceled')
})

test.serial("Stripe's own word on how long to wait counts", async (t) => {
  await app.user('sub_w')
  api.objects.set('/v1/subscriptions/sub_w', object('sub_w', 'active'))
  api.failures.push({ status: 429, headers: { 'retry-after': '7200' } })
  await app.deliver(event('customer.subscription.created', object('sub_w', 'active')))
  // Without that word it would be seconds.
  const waits = () =>
    app.db.query("SELECT 1 FROM event_deliveries WHERE due_at > now() + interval '1 hour'")
  await waitFor(async () => (await waits()).length === 1)
  await app.db.query(
    "UPDATE event_deliveries SET due_at = now() WHERE due_at > now() + interval '1 hour'",
  )
  await app.settled()
  t.is(await statusOf('sub_w'), 'active')
})

test.serial(
  'while Stripe is busy the event waits, more often than it may fail, and never becomes a dead letter',
  async (t) => {
    await app.user('sub_c')
    api.objects.set('/v1/subscriptions/sub_c', object('sub_c', 'active'))
    const busy = { status: 429, headers: { 'retry-after': '0.2' } }
    api.failures.push(busy, { status: 503, headers: { 'retry-after': '0.2' } }, busy, busy)
    await app.deliver(event('customer.subscription.created', object('sub_c', 'incomplete')))
    await app.settled()
    t.is(await statusOf('sub_c'), 'active')
    t.deepEqual(await app.db.query('SELECT id FROM event_dead_letters'), [])
  },
)

test.serial('a fetch that was overtaken changes nothing', async (t) => {
  await app.user('sub_d')
  api.objects.set('/v1/subscriptions/sub_d', object('sub_d', 'past_due'))
  await app.deliver(event('customer.subscription.updated', object('sub_d', 'active')))
  await waitFor(async () => (await statusOf('sub_d')) === 'past_due')
  // Another process has taken and applied a higher number in between.
  await app.db.query("UPDATE stripe_cursors SET applied_seq = seq + 10 WHERE object_id = 'sub_d'")
  api.objects.set('/v1/subscriptions/sub_d', object('sub_d', 'active'))
  await app.deliver(event('customer.subscription.updated', object('sub_d', 'active')))
  await app.settled()
  t.is(await statusOf('sub_d'), 'past_due')
})

test.serial(
  'without the API key again, an older payload does not win over what was fetched',
  async (t) => {
    await app.user('sub_e')
    api.objects.set('/v1/subscriptions/sub_e', object('sub_e', 'canceled'))
    const late = { created: 1_790_000_100 }
    await app.deliver(event('customer.subscription.updated', object('sub_e', 'canceled'), late))
    await app.settled()
    const [cursor] = await app.db.query(
      "SELECT applied_created FROM stripe_cursors WHERE object_id = 'sub_e'",
    )
    t.deepEqual(cursor, { applied_created: '1790000100' })
  },
)

test.serial('a subscription with more items than a page holds has all of them', async (t) => {
  await app.user('sub_many')
  const base = object('sub_many', 'active')
  const items = Array.from({ length: 25 }, (_, n) => ({
    ...base.items.data[0],
    id: `si_many_${n}`,
    quantity: n + 1,
  }))
  const page = { object: 'list', data: items.slice(0, 10), has_more: true }
  api.objects.set('/v1/subscriptions/sub_many', { ...base, items: page })
  api.behaviours.push(listOf('/v1/subscription_items', () => items, 10))
  await app.deliver(event('customer.subscription.created', base))
  await app.settled()
  const [row] = await app.db.query<{ items: { id: string }[] }>(
    "SELECT items FROM subscriptions WHERE stripe_subscription_id = 'sub_many'",
  )
  t.deepEqual(
    row?.items.map(({ id }) => id),
    items.map(({ id }) => id),
  )
})

test.serial('what Stripe no longer lists on a subscription is gone here too', async (t) => {
  api.behaviours.length = 0
  const [item] = object('sub_many', 'active').items.data
  const page = { object: 'list', data: [item], has_more: false }
  api.objects.set('/v1/subscriptions/sub_many', { ...object('sub_many', 'active'), items: page })
  await app.deliver(event('customer.subscription.updated', object('sub_many', 'active')))
  await app.settled()
  const [row] = await app.db.query<{ n: number }>(
    "SELECT jsonb_array_length(items) AS n FROM subscriptions WHERE stripe_subscription_id = 'sub_many'",
  )
  t.deepEqual(row, { n: 1 })
})

test.serial('what was bought at once is all there, also more than a page of it', async (t) => {
  await app.user('cs_many')
  const bought = Array.from({ length: 12 }, (_, n) => ({
    ...{ id: `li_${n}`, quantity: n + 1 },
    price: { id: `price_bought_${n}`, product: 'prod_bought' },
  }))
  const session = purchaseSession('cs_many', { client_reference_id: 'cs_many' })
  const path = '/v1/checkout/sessions/cs_many'
  const page = { object: 'list', data: bought.slice(0, 10), has_more: true }
  api.objects.set(path, { ...session, line_items: page })
  api.behaviours.push(listOf(`${path}/line_items`, () => bought, 10))
  await app.deliver(event('checkout.session.completed', session))
  await app.settled()
  const [row] = await app.db.query<{ items: { quantity: number }[] }>(
    "SELECT items FROM purchases WHERE stripe_session_id = 'cs_many'",
  )
  t.deepEqual(
    row?.items.map(({ quantity }) => quantity),
    bought.map(({ quantity }) => quantity),
  )
})
