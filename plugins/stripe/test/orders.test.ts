import test from 'ava'
import { v7 as uuidv7 } from 'uuid'
import { application } from './application.js'
import { checkoutSession, event, invoice, subscription } from './objects.js'

const app = await application()
test.after.always(() => app.close())

const T = 1_790_000_000
const PRODUCT = uuidv7()
const KINDS = ['completed', 'created', 'paid', 'updated'] as const
type Kind = (typeof KINDS)[number]

/** Every order of some things. */
function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((first, n) => orders(items.toSpliced(n, 1)).map((rest) => [first, ...rest]))
}

/** Our own row of the payment page. */
async function openCheckout(name: string, userId: string): Promise<void> {
  await app.db.query(
    `INSERT INTO products (id, name, type, stripe_price_id, stripe_product_id)
     VALUES ($1, 'Pro', 'subscription', 'price_orders', 'prod_orders') ON CONFLICT DO NOTHING`,
    [PRODUCT],
  )
  await app.db.query(
    `INSERT INTO checkouts (id, user_id, product_id, purpose, quantity, request, stripe_session_id, livemode, expires_at)
     VALUES ($1, $2, $3, 'subscription', 1, '{}', $4, false, now() + interval '1 day')`,
    [uuidv7(), userId, PRODUCT, `cs_${name}`],
  )
}

interface Told {
  revision: number
  before: object | null
  after: object
}

/** What listeners were told of the subscription, in the order in which they were. */
const told = async (userId: string) =>
  (
    await app.db.query<{ payload: Told }>(
      "SELECT payload FROM events WHERE user_id = $1 AND event_type = 'billing.subscription_changed' ORDER BY position",
      [userId],
    )
  ).map(({ payload }) => payload)

/** The four events of a purchase, all within one second, of objects that no other case has. */
function purchase(name: string): Record<Kind, ReturnType<typeof event>> {
  const [customer, sub] = [`cus_${name}`, `sub_${name}`]
  const at = { created: T }
  return {
    completed: event(
      'checkout.session.completed',
      checkoutSession(`cs_${name}`, customer, `account-${name}`, sub),
      at,
    ),
    created: event(
      'customer.subscription.created',
      subscription(sub, { customer, status: 'incomplete' }),
      at,
    ),
    paid: event('invoice.paid', invoice(`in_${name}`, customer), at),
    updated: event('customer.subscription.updated', subscription(sub, { customer }), at),
  }
}

/** What the tables say, without ids that are made here and clocks. */
async function snapshot(name: string, userId: string) {
  const tables = {
    users:
      'SELECT stripe_customer_id, current_subscription_id IS NOT NULL AS current FROM users WHERE id = $1',
    customers: 'SELECT stripe_customer_id, generation FROM customers WHERE user_id = $1',
    links: 'SELECT stripe_customer_id FROM customer_links WHERE user_id = $1',
    subscriptions: `SELECT stripe_subscription_id, stripe_customer_id, status, current_period_start, current_period_end, cancel_at_period_end,
      canceled_at, ended_at, trial_end, items, latest_invoice, state FROM subscriptions WHERE user_id = $1`,
    invoices: `SELECT stripe_invoice_id, stripe_customer_id, stripe_subscription_id, status, amount_due, amount_paid, paid_at, announced
      FROM invoices WHERE user_id = $1`,
    checkouts:
      'SELECT status, stripe_session_id, stripe_subscription_id, fulfilled_at IS NOT NULL AS at FROM checkouts WHERE user_id = $1',
    payments: `SELECT payload - 'userId' AS payload FROM events WHERE user_id = $1 AND event_type = 'billing.payment_succeeded'`,
  }
  const rows: Record<string, object[]> = {}
  for (const [table, sql] of Object.entries(tables)) rows[table] = await app.db.query(sql, [userId])
  return JSON.parse(JSON.stringify(rows).replaceAll(`_${name}`, '_x')) as typeof rows
}

/** The incomplete subscription is somebody's, and known, before it is active. */
function tellsTwice(order: readonly Kind[]): boolean {
  const [completed, created, updated] = (['completed', 'created', 'updated'] as const).map((kind) =>
    order.indexOf(kind),
  ) as [number, number, number]
  return Math.max(completed, created) < updated
}

test('each of the 24 orders, also with every single duplicate, ends in the same tables', async (t) => {
  const cases = orders(KINDS).flatMap((order) => [order, ...KINDS.map((kind) => [...order, kind])])
  t.is(cases.length, 24 * 5)
  const users = await Promise.all(cases.map((_, n) => app.user(`account-n${n}`)))
  for (const [n, userId] of users.entries()) await openCheckout(`n${n}`, userId)
  const deliveries = cases.map((_, n) => purchase(`n${n}`))
  for (let step = 0; step <= KINDS.length; step++) {
    await Promise.all(
      cases.map(async (order, n) => {
        const kind = order[step]
        if (kind) await app.deliver(deliveries[n]?.[kind] ?? { id: '' })
      }),
    )
    // Each case's next event comes when this one is applied, or the order would be none.
    await app.settled()
  }
  const expected = await snapshot('n0', users[0] ?? '')
  t.like(expected, {
    users: [{ stripe_customer_id: 'cus_x', current: true }],
    subscriptions: [{ status: 'active', state: { access: true } }],
    invoices: [{ status: 'paid', announced: true }],
    payments: [{ payload: { paymentId: 'in_x', amount: 2000 } }],
    checkouts: [{ status: 'fulfilled', stripe_session_id: 'cs_x', at: true }],
  })
  for (const [n, order] of cases.entries()) {
    const name = order.join(', ')
    const found = await snapshot(`n${n}`, users[n] ?? '')
    t.deepEqual(found, expected, name)
    // Whoever hears that it is incomplete is told once more, and nobody is told the same twice.
    const changes = await told(users[n] ?? '')
    const statuses = changes.map(({ after }) => (after as { status: string }).status)
    const [beginning, end] = ['incomplete', 'active']
    t.deepEqual(statuses, statuses.length === 1 ? [end] : [beginning, end], name)
    t.is(statuses.length, tellsTwice(order) ? 2 : 1, name)
    for (const [place, { revision, before }] of changes.entries()) {
      t.is(revision, place + 1, name)
      t.deepEqual(before, changes[place - 1]?.after ?? null, name)
    }
  }
})
