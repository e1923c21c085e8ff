import test from 'ava'
import { application } from './application.js'
import { event, invoice, price, purchaseSession, subscription } from './objects.js'

// Stripe's enums are open: words that are new to us lose nobody anything, end nowhere, and somebody is told.
const app = await application()
test.after.always(() => app.close())

const T = 1_790_000_000
const alerts = (about: string) =>
  app.lines.filter((line) => line.includes('"level":50') && line.includes(about))
const deadLetters = () => app.db.query('SELECT reason FROM event_dead_letters')
const published = (type: string, userId: string) =>
  app.db.query<{ payload: Record<string, unknown> }>(
    'SELECT payload FROM events WHERE event_type = $1 AND user_id = $2',
    [type, userId],
  )

test.serial(
  'an invoice in an unknown status is paid in the end, and never after that',
  async (t) => {
    const userId = await app.user('ada')
    const bill = (status: string) =>
      invoice('in_1', 'cus_1', {
        status,
        amount_paid: status === 'paid' ? 2000 : 0,
        parent: { subscription_details: { subscription: null, metadata: { account_id: 'ada' } } },
      })
    const statuses = ['open', 'negotiated', 'open', 'paid', 'negotiated']
    for (const [n, status] of statuses.entries()) {
      await app.deliver(event('invoice.updated', bill(status), { created: T + n }))
      await app.settled()
      const [row] = await app.db.query('SELECT status FROM invoices')
      t.deepEqual(row, { status: n < 3 ? status : 'paid' })
    }
    t.is((await published('billing.payment_succeeded', userId)).length, 1)
    t.is(alerts('in_1').length, 2)
    t.deepEqual(await deadLetters(), [])
  },
)

for (const [what, terms] of Object.entries({
  'an interval': { recurring: { interval: 'fortnight', interval_count: 1 } },
  'a mode of tiers': {
    unit_amount: null,
    tiers_mode: 'spiral',
    tiers: [{ up_to: null, unit_amount_decimal: '500' }],
  },
  'a way to round': { transform_quantity: { divide_by: 5, round: 'sideways' } },
}))
  test.serial(`who pays a price with ${what} that is not known has what it grants`, async (t) => {
    const name = what.replaceAll(' ', '_')
    const userId = await app.user(name)
    const plain = subscription(`sub_${name}`, { customer: `cus_${name}`, reference: name })
    const [item] = plain.items.data
    const items = { ...plain.items, data: [{ ...item, price: { ...item?.price, ...terms } }] }
    for (const type of ['created', 'updated'])
      await app.deliver(event(`customer.subscription.${type}`, { ...plain, items }))
    await app.settled()
    const [told, ...more] = await published('billing.subscription_changed', userId)
    t.deepEqual(more, [])
    t.like(told?.payload.after, { status: 'active', access: true })
    t.is(alerts('fortnight').length + alerts('spiral').length + alerts('sideways').length, 1)
    app.lines.length = 0
    t.deepEqual(await deadLetters(), [])
  })

test.serial("a stranger's unknown terms are told too, and each once", async (t) => {
  const plain = subscription('sub_stranger', { customer: 'cus_stranger' })
  const [item] = plain.items.data
  const say = async (round: string, n: number, quantity: number) => {
    const packaged = { ...item?.price, transform_quantity: { divide_by: 5, round } }
    const items = { ...plain.items, data: [{ ...item, quantity, price: packaged }] }
    const of = { created: T + n }
    await app.deliver(event('customer.subscription.updated', { ...plain, items }, of))
    await app.settled()
  }
  await say('askew', 0, 1)
  await say('askew', 1, 2)
  t.is(alerts('askew').length, 1)
  await app.user('found')
  const metadata = { account_id: 'found' }
  await app.deliver(event('customer.created', { id: 'cus_stranger', object: 'customer', metadata }))
  await say('askew', 2, 3)
  t.is(alerts('askew').length, 1, 'not again when its user is found, or something else changes')
  await say('aslant', 3, 3)
  t.is(alerts('aslant').length, 1, 'another word, which changes nothing that is published')
  t.deepEqual(await deadLetters(), [])
})

test.serial('a price with an interval that is not known is kept, and not for sale', async (t) => {
  const strange = price('price_strange', 'prod_1', {
    recurring: { interval: 'fortnight', interval_count: 1, usage_type: 'licensed' },
  })
  await app.deliver(event('price.created', strange))
  await app.settled()
  t.deepEqual(
    await app.db.query(
      "SELECT type, is_active FROM products WHERE stripe_price_id = 'price_strange'",
    ),
    [{ type: 'subscription', is_active: false }],
  )
  t.is(alerts('price_strange').length, 1)
  t.deepEqual(await deadLetters(), [])
})

test.serial(
  'a purchase whose payment has an unknown status is none until it is paid',
  async (t) => {
    const userId = await app.user('ben')
    const session = (payment_status: string) =>
      purchaseSession('cs_1', { payment_status, client_reference_id: 'ben' })
    const completed = 'checkout.session.completed'
    await app.deliver(event(completed, session('promised'), { created: T }))
    await app.settled()
    t.is((await published('billing.payment_succeeded', userId)).length, 0)
    t.is(alerts('promised').length, 1)
    await app.deliver(event(completed, session('paid'), { created: T + 1 }))
    await app.settled()
    t.is((await published('billing.payment_succeeded', userId)).length, 1)
  },
)
