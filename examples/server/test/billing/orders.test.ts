import { testDatabase, waitFor } from '@titanforge/database/testing'
import test from 'ava'
import pg from 'pg'
import Stripe from 'stripe'
import { v7 as uuidv7 } from 'uuid'
import { mailServer } from '../mail-server.js'
import { startServer } from '../programs.js'

const SECRET = 'whsec_orders_test'
const { webhooks } = new Stripe('sk_unused')

/** All within one second, so that Stripe's clock says nothing about their order. */
const NOW = Math.floor(Date.now() / 1000)
const MONTH = 30 * 86_400
const KINDS = ['completed', 'created', 'paid', 'updated'] as const
type Kind = (typeof KINDS)[number]

/** Every order of some things. */
function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((first, n) => orders(items.toSpliced(n, 1)).map((rest) => [first, ...rest]))
}

const event = (type: string, object: object) => ({
  ...{ id: `evt_${uuidv7()}`, object: 'event', api_version: '2026-10-28.endive' },
  ...{ type, created: NOW, livemode: false, data: { object } },
})

const PRODUCT = {
  ...{ id: 'prod_orders', object: 'product', name: 'Pro', active: true },
  metadata: { 'feature:agents': 'true', 'limit:agent_runs': '100' },
}
const PRICE = {
  ...{ id: 'price_orders', object: 'price', product: PRODUCT.id, active: true, currency: 'usd' },
  ...{ unit_amount: 2000, recurring: { interval: 'month', interval_count: 1 } },
}

/** The four events of a purchase, of objects that no other case has. */
function purchase(name: string): Record<Kind, object> {
  const [customer, id] = [`cus_${name}`, `sub_${name}`]
  const subscription = (status: string) => ({
    ...{ id, object: 'subscription', customer, status, livemode: false, created: NOW },
    ...{ cancel_at_period_end: false, cancel_at: null, canceled_at: null, ended_at: null },
    ...{ trial_end: null, latest_invoice: null, metadata: {} },
    items: {
      object: 'list',
      data: [
        {
          ...{ id: `si_${name}`, price: PRICE, quantity: 1 },
          ...{ current_period_start: NOW, current_period_end: NOW + MONTH },
        },
      ],
    },
  })
  return {
    completed: event('checkout.session.completed', {
      ...{ id: `cs_${name}`, object: 'checkout.session', mode: 'subscription', status: 'complete' },
      ...{ payment_status: 'paid', customer, subscription: id, metadata: {} },
      client_reference_id: `account-${name}`,
    }),
    created: event('customer.subscription.created', subscription('incomplete')),
    paid: event('invoice.paid', {
      ...{ id: `in_${name}`, object: 'invoice', customer, status: 'paid', currency: 'usd' },
      ...{ amount_due: 2000, amount_paid: 2000, livemode: false, created: NOW },
      ...{ status_transitions: { paid_at: NOW } },
      parent: { type: 'subscription_details', subscription_details: { subscription: id } },
    }),
    updated: event('customer.subscription.updated', subscription('active')),
  }
}

/** What the tables say of somebody, without ids that are made here and clocks. */
const SNAPSHOT = {
  users:
    'SELECT stripe_customer_id, current_subscription_id IS NOT NULL AS current FROM users WHERE id = $1',
  subscriptions: `SELECT stripe_subscription_id, stripe_customer_id, status, current_period_start,
    current_period_end, items, state FROM subscriptions WHERE user_id = $1`,
  invoices: `SELECT stripe_invoice_id, stripe_customer_id, stripe_subscription_id, status, amount_due,
    amount_paid, paid_at, announced FROM invoices WHERE user_id = $1`,
  checkouts: `SELECT status, stripe_session_id, stripe_subscription_id, fulfilled_at IS NOT NULL AS fulfilled
    FROM checkouts WHERE user_id = $1`,
  entitlements: `SELECT source, kind, feature, value, valid_until, source_id IN (SELECT id FROM subscriptions
    WHERE user_id = $1) AS of_the_subscription FROM entitlements WHERE user_id = $1 ORDER BY kind, feature`,
  receipts: `SELECT count(*)::int FROM events WHERE user_id = $1 AND event_type = 'billing.payment_succeeded'`,
}

test('each of the 24 orders of a purchase, also with every single duplicate, ends in the same tables and entitlements', async (t) => {
  t.timeout(240_000)
  const [{ url, drop }, mail] = await Promise.all([testDatabase(), mailServer()])
  const server = await startServer({
    ...{ DATABASE_URL: url, SMTP_URL: mail.url, STRIPE_WEBHOOK_SECRET: SECRET },
  })
  const db = new pg.Client(url)
  await db.connect()
  t.teardown(async () => {
    await server.end('SIGTERM')
    await db.end()
    await drop()
    mail.close()
  })
  const deliver = async (given: object) => {
    const payload = JSON.stringify(given)
    const headers = {
      'stripe-signature': webhooks.generateTestHeaderString({ payload, secret: SECRET }),
    }
    const { status } = await fetch(`${server.url}/webhooks/stripe`, {
      ...{ method: 'POST', body: payload, headers },
    })
    if (status !== 200) throw new Error(`a delivery was answered ${status}`)
  }
  const settled = () =>
    waitFor(async () => (await db.query('SELECT 1 FROM event_deliveries')).rowCount === 0, {
      what: 'every event to be handled',
      timeoutMs: 120_000,
    })
  const snapshot = async (name: string, userId: string) => {
    const tables: Record<string, unknown[]> = {}
    for (const [table, sql] of Object.entries(SNAPSHOT))
      tables[table] = (await db.query(sql, [userId])).rows as unknown[]
    return JSON.parse(JSON.stringify(tables).replaceAll(`_${name}`, '_x')) as typeof tables
  }

  await deliver(event('product.created', PRODUCT))
  await deliver(event('price.created', PRICE))
  await settled()
  const cases = orders(KINDS)
    .flatMap((order) => [order, ...KINDS.map((kind) => [...order, kind])])
    .map((order, n) => ({ order, name: `n${n}`, userId: uuidv7(), events: purchase(`n${n}`) }))
  t.is(cases.length, 24 * 5)
  for (const { name, userId } of cases) {
    await db.query('INSERT INTO users (id, email) VALUES ($1, $2)', [userId, `${name}@example.com`])
    await db.query('INSERT INTO customer_references (reference, user_id) VALUES ($1, $2)', [
      `account-${name}`,
      userId,
    ])
    await db.query(
      `INSERT INTO checkouts (id, user_id, product_id, purpose, quantity, request, stripe_session_id, livemode, expires_at)
       SELECT $1, $2, id, 'subscription', 1, '{}', $3, false, now() + interval '1 day'
       FROM products WHERE stripe_price_id = $4`,
      [uuidv7(), userId, `cs_${name}`, PRICE.id],
    )
  }
  for (let step = 0; step <= KINDS.length; step++) {
    await Promise.all(
      cases.map(async ({ order, events }) => {
        const kind = order[step]
        if (kind) await deliver(events[kind])
      }),
    )
    // Each case's next event comes when this one is applied, or the order would be none.
    await settled()
  }

  t.is((await db.query('SELECT 1 FROM event_dead_letters')).rowCount, 0)
  const [first] = cases
  const expected = await snapshot(first?.name ?? '', first?.userId ?? '')
  t.like(expected, {
    subscriptions: [{ status: 'active', state: { access: true } }],
    invoices: [{ status: 'paid', stripe_subscription_id: 'sub_x' }],
    checkouts: [{ status: 'fulfilled', fulfilled: true }],
    receipts: [{ count: 1 }],
  })
  const entitled = { source: 'subscription', of_the_subscription: true, valid_until: null }
  t.deepEqual(expected.entitlements, [
    { ...entitled, kind: 'feature', feature: 'agents', value: null },
    { ...entitled, kind: 'limit', feature: 'agent_runs', value: '100' },
    { ...entitled, kind: 'plan', feature: 'Pro', value: null },
  ])
  for (const { name, userId, order } of cases)
    t.deepEqual(await snapshot(name, userId), expected, order.join(', '))
})
