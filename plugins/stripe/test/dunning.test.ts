import test from 'ava'
import fc from 'fast-check'
import { application } from './application.js'
import { event, invoice, subscription } from './objects.js'

const app = await application({ graceDays: 7 })
test.after.always(() => app.close())

const T = 1_790_000_000
const DAY = 24 * 3600
let count = 0
const fresh = () => `d${++count}`
const published = (type: string, userId: string) =>
  app.db.query<{ payload: Record<string, unknown> }>(
    'SELECT payload FROM events WHERE event_type = $1 AND user_id = $2 ORDER BY position',
    [type, userId],
  )
const stateOf = async (sub: string) =>
  (
    await app.db.query<{ state: { status: string; access: boolean; graceUntil: string | null } }>(
      'SELECT state FROM subscriptions WHERE stripe_subscription_id = $1',
      [sub],
    )
  )[0]?.state

/** A renewal that fails twice; in the end it is paid, or not. */
function renewal(name: string) {
  const [customer, sub] = [`cus_${name}`, `sub_${name}`]
  const of = (status: string) => subscription(sub, { customer, reference: name, status })
  const bill = (status: string, attempt: number) =>
    invoice(`in_${name}`, customer, {
      status,
      amount_paid: status === 'paid' ? 2000 : 0,
      attempt_count: attempt,
      next_payment_attempt: T + 3 * DAY,
      hosted_invoice_url: 'https://pay.test/in',
      parent: { subscription_details: { subscription: sub, metadata: {} } },
    })
  return {
    active: event('customer.subscription.updated', of('active'), { created: T }),
    first: event('invoice.payment_failed', bill('open', 1), { created: T + 100 }),
    late: event('customer.subscription.updated', of('past_due'), { created: T + 101 }),
    second: event('invoice.payment_failed', bill('open', 2), { created: T + DAY }),
    paid: event('invoice.paid', bill('paid', 3), { created: T + 2 * DAY }),
    recovered: event('customer.subscription.updated', of('active'), { created: T + 2 * DAY }),
  }
}

test.serial(
  'a late payment has its days of grace from the first failure, in every order',
  async (t) => {
    const kinds = ['active', 'first', 'late', 'second'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...kinds], { minLength: kinds.length }),
        fc.array(fc.constantFrom(...kinds), { maxLength: 2 }),
        async (order, repeats) => {
          const name = fresh()
          const userId = await app.user(name)
          const deliveries = renewal(name)
          await Promise.all([...order, ...repeats].map((kind) => app.deliver(deliveries[kind])))
          await app.settled()
          t.like(await stateOf(`sub_${name}`), {
            status: 'past_due',
            access: true,
            graceUntil: new Date((T + 100 + 7 * DAY) * 1000).toISOString(),
          })
          const failures = (await published('billing.payment_failed', userId)).map(
            (it) => it.payload,
          )
          t.deepEqual(failures.map(({ attempt }) => attempt).toSorted(), [1, 2])
          t.like(failures[0], {
            kind: 'invoice',
            paymentId: `in_${name}`,
            amount: 2000,
            payUrl: 'https://pay.test/in',
          })
        },
      ),
      { numRuns: 15 },
    )
  },
)

test.serial(
  'once it is paid there is no grace, and a failure that is heard of later says nothing',
  async (t) => {
    const name = fresh()
    const userId = await app.user(name)
    const { active, late, paid, recovered, first, second } = renewal(name)
    for (const delivery of [active, first, late, paid, recovered]) {
      await app.deliver(delivery)
      await app.settled()
    }
    t.like(await stateOf(`sub_${name}`), { status: 'active', access: true, graceUntil: null })
    await app.deliver(second)
    await app.settled()
    t.is((await published('billing.payment_failed', userId)).length, 1)
    t.like(await stateOf(`sub_${name}`), { status: 'active', graceUntil: null })
  },
)

test.serial('the end of a trial is announced once an end', async (t) => {
  const name = fresh()
  const userId = await app.user(name)
  const trialing = (end: number) =>
    subscription(`sub_${name}`, {
      customer: `cus_${name}`,
      reference: name,
      status: 'trialing',
      more: { trial_end: end },
    })
  const type = 'customer.subscription.trial_will_end'
  await app.deliver(event(type, trialing(T + 3 * DAY), { created: T }))
  await app.deliver(event('customer.subscription.updated', trialing(T + 3 * DAY), { created: T }))
  await app.settled()
  await app.deliver(event(type, trialing(T + 3 * DAY), { created: T + 1 }))
  await app.settled()
  t.is((await published('billing.trial_ending', userId)).length, 1)
  await app.deliver(event(type, trialing(T + 9 * DAY), { created: T + 2 }))
  await app.settled()
  t.deepEqual(
    (await published('billing.trial_ending', userId)).map(({ payload }) => payload.trialEnd),
    [T + 3 * DAY, T + 9 * DAY].map((end) => new Date(end * 1000).toISOString()),
  )
})

test.serial('what is over does not come back within the same second', async (t) => {
  const name = fresh()
  await app.user(name)
  const of = (status: string) =>
    subscription(`sub_${name}`, { customer: `cus_${name}`, reference: name, status })
  const bill = (status: string) => invoice(`in_${name}`, `cus_${name}`, { status, amount_paid: 0 })
  for (const status of ['incomplete_expired', 'incomplete']) {
    await app.deliver(event('customer.subscription.updated', of(status), { created: T }))
    await app.settled()
  }
  for (const [type, status] of [
    ['invoice.voided', 'void'],
    ['invoice.updated', 'open'],
  ] as const) {
    await app.deliver(event(type, bill(status), { created: T }))
    await app.settled()
  }
  t.is((await stateOf(`sub_${name}`))?.status, 'incomplete_expired')
  t.deepEqual(
    await app.db.query('SELECT status FROM invoices WHERE stripe_invoice_id = $1', [`in_${name}`]),
    [{ status: 'void' }],
  )
})

test.serial('what is written off may still be paid', async (t) => {
  const name = fresh()
  const userId = await app.user(name)
  const bill = (status: string) =>
    invoice(`in_${name}`, `cus_${name}`, {
      status,
      amount_paid: status === 'paid' ? 2000 : 0,
      parent: { subscription_details: { subscription: null, metadata: { account_id: name } } },
    })
  await app.deliver(event('invoice.marked_uncollectible', bill('uncollectible'), { created: T }))
  await app.settled()
  await app.deliver(event('invoice.paid', bill('paid'), { created: T + 1 }))
  await app.settled()
  t.is((await published('billing.payment_succeeded', userId)).length, 1)
})

test.serial('an old catalogue event does not put a change back in time', async (t) => {
  const name = fresh()
  const userId = await app.user(name)
  const options = {
    customer: `cus_${name}`,
    reference: name,
    productId: `prod_${name}`,
    priceId: `price_${name}`,
  }
  await app.deliver(
    event('customer.subscription.created', subscription(`sub_${name}`, options), {
      created: T + 5,
    }),
  )
  await app.settled()
  const catalogue = {
    object: 'product',
    id: `prod_${name}`,
    name: 'Old',
    active: true,
    metadata: {},
  }
  const priced = {
    object: 'price',
    id: `price_${name}`,
    product: `prod_${name}`,
    active: true,
    currency: 'usd',
    unit_amount: 2000,
    recurring: { interval: 'month', interval_count: 1 },
  }
  await app.deliver(event('product.created', catalogue, { created: T - 99 * DAY }))
  await app.deliver(event('price.created', priced, { created: T - 99 * DAY }))
  await app.settled()
  const times = (await published('billing.subscription_changed', userId)).map(({ payload }) =>
    Date.parse(String(payload.effectiveAt)),
  )
  t.true(times.length > 1)
  t.deepEqual(times, times.toSorted())
  t.true((times[0] ?? 0) >= T * 1000)
})
