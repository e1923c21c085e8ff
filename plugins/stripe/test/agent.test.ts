import test from 'ava'
import fc from 'fast-check'
import { application } from './application.js'
import { checkoutSession, event, invoice, price, product, subscription } from './objects.js'

const app = await application()
test.after.always(() => app.close())

const T = 1_790_000_000
let count = 0
/** Names that no other case of this file uses. */
const fresh = () => {
  const n = ++count
  return {
    reference: `account-${n}`,
    customer: `cus_${n}`,
    sub: `sub_${n}`,
    prod: `prod_${n}`,
    price: `price_${n}`,
    inv: `in_${n}`,
    cs: `cs_${n}`,
  }
}

interface Row {
  user_id: string | null
  status: string
  revision: number
  state: {
    status: string
    access: boolean
    items: { name: string | null; grants: object }[]
  } | null
}
const stateOf = async (sub: string) =>
  (
    await app.db.query<Row>(
      'SELECT user_id, status, revision, state FROM subscriptions WHERE stripe_subscription_id = $1',
      [sub],
    )
  )[0]
const published = (type: string, userId: string) =>
  app.db.query('SELECT payload FROM events WHERE event_type = $1 AND user_id = $2', [type, userId])

test.serial(
  'the events of one purchase end in the same state in every order, each of them also doubled',
  async (t) => {
    const kinds = ['product', 'price', 'checkout', 'created', 'updated', 'invoice'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...kinds], { minLength: kinds.length }),
        fc.array(fc.constantFrom(...kinds), { maxLength: 3 }),
        async (order, repeats) => {
          const it = fresh()
          const userId = await app.user(it.reference)
          const common = { customer: it.customer, priceId: it.price, productId: it.prod }
          const deliveries = {
            product: event('product.created', product(it.prod), { created: T }),
            price: event('price.created', price(it.price, it.prod), { created: T }),
            checkout: event(
              'checkout.session.completed',
              checkoutSession(it.cs, it.customer, it.reference, it.sub),
              { created: T + 1 },
            ),
            created: event(
              'customer.subscription.created',
              subscription(it.sub, { ...common, status: 'incomplete' }),
              { created: T + 1 },
            ),
            updated: event('customer.subscription.updated', subscription(it.sub, common), {
              created: T + 1,
            }),
            invoice: event('invoice.paid', invoice(it.inv, it.customer), { created: T + 1 }),
          }
          await Promise.all([...order, ...repeats].map((kind) => app.deliver(deliveries[kind])))
          await app.settled()
          const row = await stateOf(it.sub)
          t.like(row, { user_id: userId, status: 'active' })
          t.like(row?.state, {
            access: true,
            items: [{ name: 'Pro', grants: { features: ['agents'], limits: { runs: 100 } } }],
          })
          t.is((await published('billing.payment_succeeded', userId)).length, 1)
          const [user] = await app.db.query(
            'SELECT stripe_customer_id, current_subscription_id IS NOT NULL AS current FROM users WHERE id = $1',
            [userId],
          )
          t.deepEqual(user, { stripe_customer_id: it.customer, current: true })
        },
      ),
      { numRuns: 25 },
    )
  },
)

test.serial('an older snapshot never wins, and deleted is final', async (t) => {
  const it = fresh()
  const userId = await app.user(it.reference)
  const options = { customer: it.customer, reference: it.reference }
  const send = (type: string, status: string, created: number) =>
    app.deliver(
      event(`customer.subscription.${type}`, subscription(it.sub, { ...options, status }), {
        created,
      }),
    )
  await send('updated', 'past_due', T + 10)
  await app.settled()
  await send('updated', 'active', T + 5)
  await app.settled()
  t.is((await stateOf(it.sub))?.status, 'past_due')
  await send('deleted', 'canceled', T + 20)
  await app.settled()
  await send('updated', 'active', T + 20)
  await send('updated', 'active', T + 30)
  await app.settled()
  t.is((await stateOf(it.sub))?.status, 'canceled')
  t.is((await published('billing.subscription_changed', userId)).length, 2)
})

test.serial('a second event for the same change says nothing to anybody', async (t) => {
  const it = fresh()
  const userId = await app.user(it.reference)
  const object = subscription(it.sub, { customer: it.customer, reference: it.reference })
  await app.deliver(event('customer.subscription.created', object, { created: T }))
  await app.deliver(event('customer.subscription.updated', object, { created: T + 1 }))
  await app.settled()
  t.is((await published('billing.subscription_changed', userId)).length, 1)
})

test.serial('a stranger is stored without a user and announced to nobody', async (t) => {
  const it = fresh()
  await app.deliver(
    event(
      'customer.subscription.created',
      subscription(it.sub, { customer: it.customer, reference: 'nobody' }),
    ),
  )
  await app.deliver(event('invoice.paid', invoice(it.inv, it.customer)))
  await app.settled()
  t.like(await stateOf(it.sub), { user_id: null, state: null })
  t.deepEqual(
    await app.db.query("SELECT id FROM events WHERE payload ->> 'invoiceId' = $1", [it.inv]),
    [],
  )
})

test.serial('a price that the catalogue does not know grants nothing until it does', async (t) => {
  const it = fresh()
  await app.user(it.reference)
  const options = {
    customer: it.customer,
    reference: it.reference,
    priceId: it.price,
    productId: it.prod,
  }
  await app.deliver(event('customer.subscription.created', subscription(it.sub, options)))
  await app.settled()
  t.like((await stateOf(it.sub))?.state, {
    items: [{ name: null, grants: { features: [], limits: {} } }],
  })
  await app.deliver(event('price.created', price(it.price, it.prod)))
  await app.deliver(event('product.created', product(it.prod, { name: 'Team' })))
  await app.settled()
  t.like((await stateOf(it.sub))?.state, {
    items: [{ name: 'Team', grants: { features: ['agents'] } }],
  })
  const [row] = await app.db.query(
    'SELECT p.name FROM subscriptions s JOIN products p ON p.id = s.product_id WHERE stripe_subscription_id = $1',
    [it.sub],
  )
  t.deepEqual(row, { name: 'Team' })
})

test.serial('what is deleted stays so, whatever is heard of it later', async (t) => {
  const it = fresh()
  const offered = () =>
    app.db.query('SELECT name, is_active FROM products WHERE stripe_price_id = $1', [it.price])
  await app.deliver(event('product.created', product(it.prod), { created: T }))
  await app.deliver(event('price.created', price(it.price, it.prod), { created: T }))
  await app.settled()
  t.deepEqual(await offered(), [{ name: 'Pro', is_active: true }])
  await app.deliver(event('product.deleted', product(it.prod), { created: T + 1 }))
  await app.settled()
  const renamed = product(it.prod, { name: 'Back' })
  await app.deliver(event('product.updated', renamed, { created: T + 100 }))
  await app.settled()
  t.deepEqual(await offered(), [{ name: 'Pro', is_active: false }])
})

for (const [status, access] of [
  ['active', true],
  ['unpaid', false],
  [undefined, false],
] as const) {
  test.serial(
    `an unknown status after ${status ?? 'nothing'} is stored, changes no access, and somebody is told`,
    async (t) => {
      const it = fresh()
      await app.user(it.reference)
      const { customer, reference } = it
      const made = (status: string) => subscription(it.sub, { customer, reference, status })
      const alerts = () =>
        app.lines.filter((line) => line.includes('"level":50') && line.includes('levitating'))
      const before = alerts().length
      if (status) await app.deliver(event('customer.subscription.created', made(status)))
      await app.settled()
      await app.deliver(
        event('customer.subscription.updated', made('levitating'), { created: 1_790_000_001 }),
      )
      await app.settled()
      t.like((await stateOf(it.sub))?.state, { status: 'levitating', access })
      t.is(alerts().length, before + 1)
    },
  )
}

test.serial(
  'who pays for two subscriptions keeps both, and somebody is told to look',
  async (t) => {
    const it = fresh()
    const userId = await app.user(it.reference)
    for (const n of [1, 2]) {
      const object = subscription(`${it.sub}_${n}`, {
        customer: it.customer,
        reference: it.reference,
        more: { created: T + n },
      })
      await app.deliver(event('customer.subscription.created', object))
      await app.settled()
    }
    t.like(await stateOf(`${it.sub}_1`), { status: 'active', state: { access: true } })
    const current = await app.db.query(
      `SELECT stripe_subscription_id AS id FROM users u JOIN subscriptions s ON s.id = u.current_subscription_id
     WHERE u.id = $1`,
      [userId],
    )
    t.deepEqual(current, [{ id: `${it.sub}_2` }])
    const alerts = () =>
      app.lines.filter((line) => line.includes('several subscriptions') && line.includes(userId))
    t.is(alerts().length, 1)
    const flagged = () =>
      app.db.query<{ overlapping: boolean }>(
        'SELECT overlapping FROM subscriptions WHERE user_id = $1 ORDER BY created_at',
        [userId],
      )
    t.deepEqual(await flagged(), [{ overlapping: true }, { overlapping: true }])
    // What changes in one of them is no reason to say it again; its end takes the flags away.
    for (const [n, status] of ['past_due', 'canceled'].entries()) {
      const object = subscription(`${it.sub}_1`, {
        customer: it.customer,
        reference: it.reference,
        status,
        more: { created: T + 1 },
      })
      await app.deliver(event('customer.subscription.updated', object, { created: T + 100 + n }))
      await app.settled()
      t.is(alerts().length, 1)
    }
    t.deepEqual(await flagged(), [{ overlapping: false }, { overlapping: false }])
  },
)

test.serial('a paid invoice never goes back, and an invoice of zero is no payment', async (t) => {
  const it = fresh()
  const userId = await app.user(it.reference)
  await app.deliver(
    event('checkout.session.completed', checkoutSession(it.cs, it.customer, it.reference)),
  )
  await app.deliver(event('invoice.paid', invoice(it.inv, it.customer), { created: T }))
  await app.settled()
  await app.deliver(
    event('invoice.updated', invoice(it.inv, it.customer, { status: 'open', amount_paid: 0 }), {
      created: T + 5,
    }),
  )
  await app.deliver(
    event(
      'invoice.paid',
      invoice(`${it.inv}_trial`, it.customer, { amount_due: 0, amount_paid: 0 }),
    ),
  )
  await app.settled()
  t.deepEqual(
    await app.db.query('SELECT status, amount_paid FROM invoices WHERE stripe_invoice_id = $1', [
      it.inv,
    ]),
    [{ status: 'paid', amount_paid: '2000' }],
  )
  t.is((await published('billing.payment_succeeded', userId)).length, 1)
})

test.serial('a deleted customer is detached, and its history stays', async (t) => {
  const it = fresh()
  const userId = await app.user(it.reference)
  await app.deliver(
    event(
      'customer.subscription.created',
      subscription(it.sub, { customer: it.customer, reference: it.reference }),
    ),
  )
  await app.settled()
  await app.deliver(
    event('customer.deleted', { id: it.customer, object: 'customer' }, { created: T + 9 }),
  )
  await app.settled()
  t.deepEqual(
    await app.db.query('SELECT stripe_customer_id, generation FROM customers WHERE user_id = $1', [
      userId,
    ]),
    [{ stripe_customer_id: null, generation: 2 }],
  )
  t.is((await stateOf(it.sub))?.user_id, userId)
})

test.serial('a second customer of a user is the user’s too', async (t) => {
  const it = fresh()
  const userId = await app.user(it.reference)
  for (const n of [1, 2]) {
    const customer = `${it.customer}_${n}`
    await app.deliver(
      event('checkout.session.completed', checkoutSession(`${it.cs}_${n}`, customer, it.reference)),
    )
    await app.deliver(
      event('customer.subscription.created', subscription(`${it.sub}_${n}`, { customer })),
    )
    await app.deliver(event('invoice.paid', invoice(`${it.inv}_${n}`, customer)))
    await app.settled()
    t.is((await stateOf(`${it.sub}_${n}`))?.user_id, userId)
  }
  t.is((await published('billing.payment_succeeded', userId)).length, 2)
  t.deepEqual(
    await app.db.query('SELECT stripe_customer_id FROM customers WHERE user_id = $1', [userId]),
    [{ stripe_customer_id: `${it.customer}_1` }],
  )
})

test.serial(
  'a deleted customer does not come back, and the next one takes its place',
  async (t) => {
    const it = fresh()
    const userId = await app.user(it.reference)
    const old = subscription(it.sub, { customer: it.customer, reference: it.reference })
    await app.deliver(event('customer.subscription.created', old, { created: T }))
    await app.settled()
    await app.deliver(
      event('customer.deleted', { id: it.customer, object: 'customer' }, { created: T + 1 }),
    )
    await app.settled()
    await app.deliver(
      event('customer.subscription.deleted', { ...old, status: 'canceled' }, { created: T + 1 }),
    )
    await app.settled()
    const next = `${it.customer}_next`
    await app.deliver(
      event('checkout.session.completed', checkoutSession(it.cs, next, it.reference)),
    )
    await app.deliver(event('invoice.paid', invoice(it.inv, next)))
    await app.settled()
    t.deepEqual(
      await app.db.query('SELECT stripe_customer_id FROM users WHERE id = $1', [userId]),
      [{ stripe_customer_id: next }],
    )
    t.is((await published('billing.payment_succeeded', userId)).length, 1)
  },
)

test.serial(
  'a product that is archived and brought back is for sale again, unless its price is not',
  async (t) => {
    const it = fresh()
    const listed = async () =>
      (
        await app.db.query('SELECT is_active FROM products WHERE stripe_price_id = $1', [it.price])
      )[0]
    const archive = async (active: boolean, created: number) => {
      await app.deliver(event('product.updated', product(it.prod, { active }), { created }))
      await app.settled()
    }
    await app.deliver(event('price.created', price(it.price, it.prod), { created: T }))
    await archive(false, T + 1)
    t.deepEqual(await listed(), { is_active: false })
    await archive(true, T + 2)
    t.deepEqual(await listed(), { is_active: true })
    await app.deliver(
      event('price.updated', price(it.price, it.prod, { active: false }), { created: T + 3 }),
    )
    await archive(true, T + 4)
    t.deepEqual(await listed(), { is_active: false })
  },
)
