import test from 'ava'
import { application } from './application.js'
import { checkoutSession, event, invoice, subscription } from './objects.js'

const app = await application()
test.after.always(() => app.close())

const T = 1_790_000_000
const KINDS = ['completed', 'created', 'paid', 'updated'] as const
type Kind = (typeof KINDS)[number]

/** Every order of some things. */
function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((first, n) => orders(items.toSpliced(n, 1)).map((rest) => [first, ...rest]))
}

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

/** What the tables say, without ids that are made here, clocks, and how often something was told. */
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
    payments: `SELECT payload - 'userId' AS payload FROM events WHERE user_id = $1 AND event_type = 'billing.payment_succeeded'`,
  }
  const rows: Record<string, object[]> = {}
  for (const [table, sql] of Object.entries(tables)) rows[table] = await app.db.query(sql, [userId])
  return JSON.parse(JSON.stringify(rows).replaceAll(`_${name}`, '_x')) as typeof rows
}

test('each of the 24 orders, also with every single duplicate, ends in the same tables', async (t) => {
  const cases = orders(KINDS).flatMap((order) => [order, ...KINDS.map((kind) => [...order, kind])])
  t.is(cases.length, 24 * 5)
  const users = await Promise.all(cases.map((_, n) => app.user(`account-n${n}`)))
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
  })
  for (const [n, order] of cases.entries())
    t.deepEqual(await snapshot(`n${n}`, users[n] ?? ''), expected, order.join(', '))
})
