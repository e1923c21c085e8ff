import test from 'ava'
import fc from 'fast-check'
import { application } from './application.js'
import { charge, dispute, event, price, product, purchaseSession, subscription } from './objects.js'

const app = await application()
test.after.always(() => app.close())

const T = 1_790_000_000
let count = 0
const fresh = () => `p${++count}`
const published = (type: string, userId: string) =>
  app.db.query<{ payload: Record<string, unknown> }>(
    'SELECT payload FROM events WHERE event_type = $1 AND user_id = $2 ORDER BY position',
    [type, userId],
  )
const purchasesOf = (userId: string) =>
  app.db.query<{ status: string }>('SELECT status FROM purchases WHERE user_id = $1', [userId])

test.serial('a delayed payment settles the same in every order, and is told once', async (t) => {
  for (const outcome of ['succeeded', 'failed'] as const) {
    const events = (name: string) => {
      const session = purchaseSession(`cs_${name}`, {
        client_reference_id: name,
        payment_status: 'unpaid',
      })
      const settled = { ...session, payment_status: outcome === 'succeeded' ? 'paid' : 'unpaid' }
      return [
        event('checkout.session.completed', session, { created: T }),
        event(`checkout.session.async_payment_${outcome}`, settled, { created: T }),
      ]
    }
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1], { minLength: 2 }),
        fc.array(fc.constantFrom(0, 1), { maxLength: 2 }),
        async (order, repeats) => {
          const name = fresh()
          const userId = await app.user(name)
          const deliveries = events(name)
          for (const n of [...order, ...repeats]) {
            await app.deliver(deliveries[n] ?? { id: '' })
            await app.settled()
          }
          const paid = outcome === 'succeeded'
          t.deepEqual(await purchasesOf(userId), [{ status: paid ? 'paid' : 'failed' }])
          t.is((await published('billing.purchase_completed', userId)).length, paid ? 1 : 0)
          t.is((await published('billing.payment_succeeded', userId)).length, paid ? 1 : 0)
          t.is((await published('billing.payment_failed', userId)).length, paid ? 0 : 1)
        },
      ),
      { numRuns: 8 },
    )
  }
})

test.serial(
  'charge, refunds, dispute and purchase of a guest find each other in every order',
  async (t) => {
    const kinds = ['session', 'charge', 'half', 'full', 'dispute', 'closed'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...kinds], { minLength: kinds.length }),
        async (order) => {
          const name = fresh()
          const userId = await app.user(name)
          const [payment, ch] = [`pi_cs_${name}`, `ch_${name}`]
          const lost = dispute(`du_${name}`, payment, { status: 'lost' })
          const deliveries = {
            session: event(
              'checkout.session.completed',
              purchaseSession(`cs_${name}`, { client_reference_id: name }),
            ),
            charge: event('charge.succeeded', charge(ch, payment), { created: T }),
            half: event('charge.refunded', charge(ch, payment, { amount_refunded: 1000 }), {
              created: T + 1,
            }),
            full: event('charge.refunded', charge(ch, payment, { amount_refunded: 2500 }), {
              created: T + 2,
            }),
            dispute: event('charge.dispute.created', dispute(`du_${name}`, payment), {
              created: T + 3,
            }),
            closed: event('charge.dispute.closed', lost, { created: T + 3 }),
          }
          await Promise.all(order.map((kind) => app.deliver(deliveries[kind])))
          await app.settled()
          t.deepEqual(
            await app.db.query('SELECT status FROM disputes WHERE user_id = $1', [userId]),
            [{ status: 'lost' }],
          )
          t.deepEqual(
            await app.db.query('SELECT amount_refunded FROM charges WHERE user_id = $1', [userId]),
            [{ amount_refunded: '2500' }],
          )
          const refunds = (await published('billing.refunded', userId)).map(
            ({ payload }) => payload,
          )
          t.is(
            refunds.reduce((sum, { amount }) => sum + Number(amount), 0),
            2500,
          )
          const reversed = await published('billing.purchase_reversed', userId)
          t.is(reversed.length, 1)
          t.like(reversed[0]?.payload, {
            paymentId: payment,
            purchaseId: (
              await app.db.query('SELECT id FROM purchases WHERE user_id = $1', [userId])
            )[0]?.['id'],
          })
          t.like(refunds.at(-1), {
            paymentId: payment,
            amountRefunded: 2500,
            full: true,
            currency: 'usd',
          })
          const disputes = await published('billing.dispute_opened', userId)
          t.is(disputes.length, 1)
          t.like(disputes[0]?.payload, { paymentId: payment, amount: 2500, reason: 'fraudulent' })
          t.is((await published('billing.purchase_completed', userId)).length, 1)
        },
      ),
      { numRuns: 15 },
    )
  },
)

test.serial(
  'a purchase is reversed when all of it went back, and not by a part or a dispute that is open',
  async (t) => {
    const name = fresh()
    const userId = await app.user(name)
    const [payment, ch] = [`pi_cs_${name}`, `ch_${name}`]
    const reversals = async () => (await published('billing.purchase_reversed', userId)).length
    const deliver = async (...args: Parameters<typeof event>) => {
      await app.deliver(event(...args))
      await app.settled()
      return reversals()
    }
    const session = purchaseSession(`cs_${name}`, { client_reference_id: name })
    await deliver('checkout.session.completed', session, { created: T })
    await deliver('charge.succeeded', charge(ch, payment), { created: T })
    const part = charge(ch, payment, { amount_refunded: 1000 })
    t.is(await deliver('charge.refunded', part, { created: T + 1 }), 0)
    const open = dispute(`du_${name}`, payment, { amount: 1500 })
    t.is(await deliver('charge.dispute.created', open, { created: T + 2 }), 0)
    const lost = { ...open, status: 'lost' }
    t.is(await deliver('charge.dispute.closed', lost, { created: T + 3 }), 1)
    const all = charge(ch, payment, { amount_refunded: 2500 })
    t.is(await deliver('charge.refunded', all, { created: T + 4 }), 1)
  },
)

test.serial('who bought something reads what it was, and what came back', async (t) => {
  const user = await app.signUp()
  const name = fresh()
  const payment = `pi_cs_${name}`
  const plan = product(`prod_${name}`, { name: 'Ten reports' })
  await app.deliver(event('product.created', plan))
  const items = [
    { quantity: 2, price: { id: `price_${name}`, product: plan.id } },
    { quantity: 1, price: { id: 'price_unknown', product: 'prod_unknown' } },
  ]
  const session = purchaseSession(`cs_${name}`, {
    client_reference_id: user.id,
    line_items: { data: items },
  })
  await app.deliver(event('checkout.session.completed', session))
  await app.deliver(
    event('charge.refunded', charge(`ch_${name}`, payment, { amount_refunded: 1000 })),
  )
  await app.settled()
  const { body } = await app.send('/api/billing/purchases', undefined, user.token)
  t.like(body, {
    purchases: [
      {
        status: 'paid',
        amount: 2500,
        amountRefunded: 1000,
        items: [
          { name: 'Ten reports', quantity: 2 },
          { name: null, quantity: 1 },
        ],
      },
    ],
  })
})

test.serial('an amount that grows before it is captured can be refunded in full', async (t) => {
  const name = fresh()
  const userId = await app.user(name)
  const payment = `pi_cs_${name}`
  const session = purchaseSession(`cs_${name}`, { client_reference_id: name })
  await app.deliver(event('checkout.session.completed', session))
  await app.deliver(event('charge.succeeded', charge(`ch_${name}`, payment), { created: T }))
  await app.settled()
  const grown = charge(`ch_${name}`, payment, { amount: 4000, amount_refunded: 4000 })
  await app.deliver(event('charge.refunded', grown, { created: T + 1 }))
  await app.settled()
  t.deepEqual(
    await app.db.query('SELECT amount, amount_refunded FROM charges WHERE user_id = $1', [userId]),
    [{ amount: '4000', amount_refunded: '4000' }],
  )
})

test.serial('a purchase is complete when the catalogue knows what was bought', async (t) => {
  const name = fresh()
  const userId = await app.user(name)
  const bought = { id: `price_${name}`, product: `prod_${name}` }
  const session = purchaseSession(`cs_${name}`, {
    client_reference_id: name,
    line_items: { data: [{ quantity: 2, price: bought }] },
  })
  await app.deliver(event('checkout.session.completed', session))
  await app.deliver(event('price.created', price(bought.id, bought.product, { recurring: null })))
  await app.settled()
  t.is((await published('billing.payment_succeeded', userId)).length, 1)
  t.is((await published('billing.purchase_completed', userId)).length, 0)
  const metadata = { 'feature:export': 'true', workflow: 'render' }
  await app.deliver(event('product.created', product(bought.product, { name: 'Pack', metadata })))
  await app.settled()
  const [completed, ...more] = await published('billing.purchase_completed', userId)
  t.deepEqual(more, [])
  t.like(completed?.payload, {
    items: [
      {
        name: 'Pack',
        quantity: 2,
        workflow: 'render',
        grants: { features: ['export'], limits: {} },
      },
    ],
  })
})

test.serial('a purchase that has an invoice is one payment, not two', async (t) => {
  const name = fresh()
  const userId = await app.user(name)
  const session = purchaseSession(`cs_${name}`, {
    client_reference_id: name,
    invoice: `in_${name}`,
  })
  await app.deliver(event('checkout.session.completed', session))
  await app.settled()
  t.is((await published('billing.purchase_completed', userId)).length, 1)
  t.is((await published('billing.payment_succeeded', userId)).length, 0)
})

test.serial(
  'a client_reference_id that means nobody does not hide what the metadata says',
  async (t) => {
    const name = fresh()
    const userId = await app.user(name)
    const session = purchaseSession(`cs_${name}`, {
      client_reference_id: 'a campaign of ours',
      metadata: { account_id: name },
    })
    await app.deliver(event('checkout.session.completed', session))
    await app.settled()
    t.is((await purchasesOf(userId)).length, 1)
  },
)

test.serial(
  'credit notes and refunds are rows of their own, and what is void or failed stays so',
  async (t) => {
    const name = fresh()
    await app.user(name)
    const note = (status: string) => ({
      id: `cn_${name}`,
      object: 'credit_note',
      invoice: `in_${name}`,
      customer: null,
      status,
      reason: 'duplicate',
      currency: 'eur',
      amount: 700,
      livemode: false,
      created: T,
    })
    const refund = (status: string) => ({
      id: `re_${name}`,
      object: 'refund',
      payment_intent: `pi_cs_${name}`,
      charge: `ch_${name}`,
      status,
      currency: 'eur',
      amount: 700,
      created: T,
    })
    for (const status of ['void', 'issued']) {
      await app.deliver(
        event(status === 'void' ? 'credit_note.voided' : 'credit_note.updated', note(status)),
      )
      await app.settled()
    }
    for (const status of ['failed', 'pending']) {
      await app.deliver(
        event(status === 'failed' ? 'refund.failed' : 'refund.updated', refund(status)),
      )
      await app.settled()
    }
    const rows = await app.db.query(
      `SELECT status, amount FROM credit_notes WHERE stripe_credit_note_id = $1
     UNION ALL SELECT status, amount FROM refunds WHERE stripe_refund_id = $2`,
      [`cn_${name}`, `re_${name}`],
    )
    t.deepEqual(rows, [
      { status: 'void', amount: '700' },
      { status: 'failed', amount: '700' },
    ])
  },
)

test.serial(
  'what Stripe itself entitles to is told to others, also where the customer is learnt later',
  async (t) => {
    const name = fresh()
    const userId = await app.user(name)
    const customer = `cus_${name}`
    const summary = (features: string[], created: number) =>
      event(
        'entitlements.active_entitlement_summary.updated',
        {
          object: 'entitlements.active_entitlement_summary',
          customer,
          livemode: false,
          entitlements: { data: features.map((lookup_key) => ({ lookup_key })) },
        },
        { created },
      )
    await app.deliver(summary(['sso', 'audit'], T + 1))
    await app.settled()
    await app.deliver(
      event(
        'customer.subscription.created',
        subscription(`sub_${name}`, { customer, reference: name }),
      ),
    )
    await app.settled()
    await app.deliver(summary([], T))
    await app.settled()
    await app.deliver(summary([], T + 2))
    await app.settled()
    const told = (await published('billing.features_changed', userId)).map(({ payload }) => payload)
    t.like(told, [
      { revision: 1, features: ['audit', 'sso'] },
      { revision: 2, features: [] },
    ])
  },
)
