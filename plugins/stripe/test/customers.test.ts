import test from 'ava'
import pg from 'pg'
import { application } from './application.js'
import { event, subscription } from './objects.js'
import { stripeShop } from './stripe-shop.js'

const shop = await stripeShop()
const app = await application({ secretKey: 'sk_test_of_the_tests', apiBase: shop.url })
shop.objects.set('/v1/billing_portal/sessions', { url: 'https://portal.test/1' })
test.after.always(async () => {
  await app.close()
  await shop.close()
})

const portal = (token: string) => app.send('/api/billing/portal', {}, token)
const keysFor = (userId: string) =>
  shop.requests
    .filter(
      ({ path, body }) => path === '/v1/customers' && body.get('metadata[account_id]') === userId,
    )
    .map(({ idempotencyKey }) => idempotencyKey)
const customerOf = async (userId: string) =>
  (
    await app.db.query(
      'SELECT stripe_customer_id AS id, generation FROM customers WHERE user_id = $1',
      [userId],
    )
  )[0]

test.serial('a customer is made once, under a key of the user and the generation', async (t) => {
  const user = await app.signUp()
  const answers = await Promise.all(Array.from({ length: 8 }, () => portal(user.token)))
  t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  t.deepEqual([...new Set(keysFor(user.id))], [`tf:cust:test:${user.id}:1`])
  t.is(shop.customers.filter(({ email }) => email?.includes('@')).length, 1)
})

test.serial('a deleted customer is followed by one of the next generation', async (t) => {
  const user = await app.signUp()
  await portal(user.token)
  const { id } = (await customerOf(user.id)) as { id: string }
  await app.deliver(event('customer.deleted', { id, object: 'customer' }))
  await app.settled()
  t.deepEqual(await customerOf(user.id), { id: null, generation: 2 })
  await portal(user.token)
  t.deepEqual(
    [...new Set(keysFor(user.id))],
    [1, 2].map((n) => `tf:cust:test:${user.id}:${n}`),
  )
  t.not(((await customerOf(user.id)) as { id: string }).id, id)
})

test.serial(
  'a customer whose making was cut short on our side is found by what it knows',
  async (t) => {
    const user = await app.signUp()
    const metadata = { account_id: user.id }
    shop.objects.set('/v1/customers/cus_cut_short', {
      id: 'cus_cut_short',
      object: 'customer',
      metadata,
    })
    await app.deliver(
      event('customer.created', { id: 'cus_cut_short', object: 'customer', metadata }),
    )
    await app.settled()
    await portal(user.token)
    t.deepEqual(keysFor(user.id), [])
    t.deepEqual(await customerOf(user.id), { id: 'cus_cut_short', generation: 1 })
  },
)

test.serial('an address does not make a customer anybody', async (t) => {
  const user = await app.signUp()
  const stranger = {
    id: 'cus_same_address',
    object: 'customer',
    email: 'same@example.com',
    metadata: {},
  }
  await app.db.query("UPDATE users SET email = 'same@example.com' WHERE id = $1", [user.id])
  shop.objects.set('/v1/customers/cus_same_address', stranger)
  await app.deliver(event('customer.created', stranger))
  await app.settled()
  t.is(await customerOf(user.id), undefined)
})

test.serial(
  'a refusal for good begins the next generation; a break goes on with the same',
  async (t) => {
    const user = await app.signUp()
    const refused = { error: { type: 'invalid_request_error', message: 'no' } }
    shop.failures.push({ status: 400, body: refused })
    t.is((await portal(user.token)).status, 422)
    const broken = { status: 503, headers: { 'stripe-should-retry': 'false' } }
    shop.failures.push(broken)
    t.is((await portal(user.token)).status, 503)
    await portal(user.token)
    t.deepEqual(
      keysFor(user.id),
      [1, 2, 2].map((n) => `tf:cust:test:${user.id}:${n}`),
    )
  },
)

test.serial('a transaction that PostgreSQL ends for another one is made again', async (t) => {
  await app.db.query(`
    CREATE SEQUENCE links_tried;
    CREATE FUNCTION end_the_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('links_tried') < 3 THEN
        RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER end_the_first BEFORE INSERT ON customer_links FOR EACH ROW EXECUTE FUNCTION end_the_first()`)
  const user = await app.signUp()
  t.is((await portal(user.token)).status, 200)
  await app.db.query('DROP TRIGGER end_the_first ON customer_links')
  t.not(((await customerOf(user.id)) as { id: string | null }).id, null)
})

test.serial(
  'a subscription of one customer does not wait for another customer of its user',
  async (t) => {
    const userId = await app.user('two-customers')
    const change = async (status: string) => {
      const object = subscription('sub_two', {
        customer: 'cus_two',
        reference: 'two-customers',
        status,
      })
      shop.objects.set('/v1/subscriptions/sub_two', object)
      await app.deliver(event('customer.subscription.updated', object))
    }
    await change('active')
    await app.settled()
    const writer = new pg.Client(app.db.url)
    await writer.connect()
    t.teardown(() => writer.end())
    // Somebody writes a row of the same user, and has not committed yet.
    await writer.query('BEGIN')
    await writer.query("INSERT INTO customer_references VALUES ('another-reference', $1)", [userId])
    await change('past_due')
    await app.settled()
    t.pass()
  },
)
