import test, { type ExecutionContext } from 'ava'
import type Stripe from 'stripe'
import {
  assertValid,
  checkedSandbox,
  customerWith,
  monthly,
  payWith,
  typesSince,
} from '../support/sandbox.js'

// A period of 30 days: April 1, 2026, noon.
const APRIL = { startAt: 1_775_044_800 }

/** Pauses without giving the unused time back. */
const KEEPING = { bill_for: { unused_time_from: { type: 'none' } } } as const
/** Charges in the request that resumes. */
const PAYING = { payment_behavior: 'resume_on_payment_success' } as const
const UNCHANGED = { billing_cycle_anchor: { type: 'unchanged' } } as const

/** A subscription that costs 29 dollars a month: its first month paid, or in a trial that asks for no card. */
async function subscribed(t: ExecutionContext, trial?: Partial<Stripe.SubscriptionCreateParams>) {
  const checked = await checkedSandbox(t, APRIL)
  const { stripe } = checked
  const customer = await (trial ? stripe.customers.create() : customerWith(stripe))
  const { id, items } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: (await monthly(stripe, 2900)).id }],
    ...trial,
  })
  return {
    ...checked,
    id,
    async change(price: Stripe.Price, how: Stripe.SubscriptionUpdateParams = {}) {
      const item = { id: items.data[0]?.id ?? '', price: price.id }
      const given = { proration_behavior: 'always_invoice' as const, ...how }
      return stripe.subscriptions.update(id, { items: [item], ...given })
    },
    useCard: (card: string) => payWith(stripe, customer.id, card),
    shown: () => stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] }),
    status: async () => (await stripe.subscriptions.retrieve(id)).status,
    balance: async () =>
      ((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).balance,
    invoices: async () => (await stripe.invoices.list()).data,
    waiting: async () =>
      (await stripe.invoiceItems.list({ pending: true })).data.map(({ amount }) => amount),
  }
}

test('a change of what is paused leaves it paused, and is billed when it is resumed', async (t) => {
  const it = await subscribed(t)
  it.sandbox.advance({ days: 10 })
  await it.stripe.subscriptions.pause(it.id, KEEPING)
  it.sandbox.advance({ days: 5 })
  t.is((await it.change(await monthly(it.stripe, 900))).status, 'paused')
  t.is((await it.invoices()).length, 1)
  t.is(await it.balance(), 0)
  t.deepEqual((await it.waiting()).toSorted(), [-1450, 450])

  await it.useCard('pm_card_visa')
  t.is((await it.stripe.subscriptions.resume(it.id, PAYING)).status, 'active')
  const [resumption] = await it.invoices()
  t.is(resumption?.total, 900 - 1450 + 450)
  t.deepEqual(await it.waiting(), [])
  await assertValid(t, it)
})

test('when the period has ended in a pause, a change is worth nothing', async (t) => {
  const it = await subscribed(t)
  await it.stripe.subscriptions.pause(it.id, KEEPING)
  it.sandbox.advance({ days: 60 })
  for (const amount of [900, 5900]) await it.change(await monthly(it.stripe, amount))
  t.is(await it.status(), 'paused')
  t.deepEqual(await it.waiting(), [])
  t.is(await it.balance(), 0)
  t.is((await it.invoices()).length, 1)
})

for (const days of [0, 3, 14])
  test(`nor is it in a pause that follows a trial, here of ${days} days`, async (t) => {
    const it = await subscribed(t, {
      trial_period_days: 14,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    })
    if (days > 0) it.sandbox.advance({ days })
    if (days < 14) await it.stripe.subscriptions.update(it.id, { trial_end: 'now' })
    t.is(await it.status(), 'paused')
    it.sandbox.advance({ days: days === 3 ? 1 : 40 })
    const before = (await it.invoices()).length
    await it.change(await monthly(it.stripe, 5900))
    t.is(await it.status(), 'paused')
    t.is((await it.invoices()).length, before)
    t.deepEqual(await it.waiting(), [])
    t.is(await it.balance(), 0)
  })

test('what is paused begins no new period before it is resumed', async (t) => {
  const it = await subscribed(t)
  await it.stripe.subscriptions.pause(it.id, KEEPING)
  const anew = { billing_cycle_anchor: { type: 'now' as const } }
  await t.throwsAsync(it.change(await monthly(it.stripe, 900), anew), { message: /Resume it/ })
})

test('a resumption whose invoice is written off goes on; where it is voided, it stays paused', async (t) => {
  const it = await subscribed(t)
  await it.stripe.subscriptions.pause(it.id, KEEPING)
  await it.useCard('pm_card_chargeCustomerFail')
  const open = async () => {
    t.is((await it.stripe.subscriptions.resume(it.id, PAYING)).status, 'paused')
    return (await it.invoices())[0]?.id ?? ''
  }
  await it.stripe.invoices.voidInvoice(await open())
  t.is(await it.status(), 'paused')
  const invoice = await open()
  await it.stripe.invoices.markUncollectible(invoice)
  t.is(await it.status(), 'active')
  t.true((await typesSince(it.stripe)).includes('customer.subscription.resumed'))
  await it.stripe.invoices.pay(invoice, { payment_method: 'pm_card_visa' })
  t.is(await it.status(), 'active')
  await assertValid(t, it)
})

test('a debit that is under way when the time to pay is over resumes it when it comes', async (t) => {
  const it = await subscribed(t)
  await it.stripe.subscriptions.pause(it.id, KEEPING)
  const { id: debit } = await it.stripe.paymentMethods.create({
    type: 'sepa_debit',
    billing_details: { name: 'Ada', email: 'ada@example.com' },
    sepa_debit: { iban: 'DE89370400440532013000' },
  })
  await it.useCard(debit)
  t.is((await it.stripe.subscriptions.resume(it.id, PAYING)).status, 'paused')
  it.sandbox.advance({ hours: 30 })
  t.is(await it.status(), 'paused')
  it.sandbox.advance({ days: 10 })
  t.is(await it.status(), 'active')
  t.is((await it.invoices())[0]?.status, 'paid')
  await assertValid(t, it)
})

test('an older invoice that is paid resumes nothing', async (t) => {
  const it = await subscribed(t)
  await it.useCard('pm_card_chargeCustomerFail')
  it.sandbox.advance({ days: 31 })
  t.is(await it.status(), 'past_due')
  await it.stripe.subscriptions.pause(it.id, KEEPING)
  const [late] = await it.invoices()
  await it.stripe.invoices.pay(late?.id ?? '', { payment_method: 'pm_card_visa' })
  t.is(await it.status(), 'paused')
  await assertValid(t, it)
})

test('a pause gives the unused time back, with the invoice of the resumption', async (t) => {
  const it = await subscribed(t)
  it.sandbox.advance({ days: 10 })
  t.is((await it.stripe.subscriptions.pause(it.id)).status, 'paused')
  t.deepEqual(await it.waiting(), [-1933])
  await it.change(await monthly(it.stripe, 2900))
  t.deepEqual(await it.waiting(), [-1933], 'nothing is left that a change could prorate')
  it.sandbox.advance({ days: 60 })
  t.is((await it.stripe.subscriptions.resume(it.id, PAYING)).status, 'active')
  const [resumption] = await it.invoices()
  t.is(resumption?.total, 2900 - 1933)
  t.is(resumption?.amount_paid, 967)
  t.deepEqual(await it.waiting(), [])
  await assertValid(t, it)
})

test('a pause bills for what the request says, and at once where it says so', async (t) => {
  const pausedWith = async (params: Stripe.SubscriptionPauseParams) => {
    const it = await subscribed(t)
    it.sandbox.advance({ days: 10 })
    await it.stripe.subscriptions.pause(it.id, params)
    t.is(await it.status(), 'paused')
    return it
  }
  const from = (type: string) => ({ bill_for: { unused_time_from: { type } } })
  t.deepEqual(await (await pausedWith(from('none'))).waiting(), [])
  t.deepEqual(await (await pausedWith(from('item_current_period_start'))).waiting(), [-2900])
  const it = await pausedWith({ invoicing_behavior: 'invoice' })
  t.deepEqual(await it.waiting(), [])
  t.is(await it.balance(), -1933)
  t.like((await it.shown()).latest_invoice, { total: -1933, amount_due: 0, status: 'paid' })
  await assertValid(t, it)
})

test('usage up to a pause is charged once, and not at all where the request says so', async (t) => {
  const { stripe, sandbox, ...checked } = await checkedSandbox(t, APRIL)
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  })
  const price = await stripe.prices.create({
    product_data: { name: 'Calls' },
    currency: 'usd',
    unit_amount: 3,
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
  })
  const customer = await customerWith(stripe)
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  const use = async (value: number) => {
    sandbox.advance({ days: 1 })
    const payload = { stripe_customer_id: customer.id, value: String(value) }
    await stripe.billing.meterEvents.create({ event_name: 'calls', payload })
    sandbox.advance({ days: 1 })
  }
  const total = async () => (await stripe.invoices.list()).data[0]?.total
  await use(100)
  await stripe.subscriptions.pause(id)
  const { data } = await stripe.invoiceItems.list({ pending: true })
  t.like(data[0], { amount: 300, quantity: 100, proration: false })
  await stripe.subscriptions.resume(id, PAYING)
  t.is(await total(), 300)
  await use(10)
  await stripe.subscriptions.pause(id, {
    bill_for: { outstanding_usage_through: { type: 'none' } },
  })
  t.is((await stripe.invoiceItems.list({ pending: true })).data.length, 0)
  await assertValid(t, { stripe, sandbox, ...checked })
})

test('a resumption without more words charges nothing: the first attempt decides', async (t) => {
  for (const [card, status] of [
    ['pm_card_visa', 'active'],
    ['pm_card_chargeCustomerFail', 'past_due'],
  ] as const) {
    const it = await subscribed(t)
    await it.stripe.subscriptions.pause(it.id, KEEPING)
    t.is((await it.stripe.subscriptions.resume(it.id)).status, 'paused')
    const [resumption] = await it.invoices()
    t.like(resumption, { status: 'open', attempt_count: 0, amount_due: 2900 })
    t.is((await it.stripe.charges.list()).data.length, 1)
    const paying = it.stripe.invoices.pay(resumption?.id ?? '', { payment_method: card })
    await (status === 'active' ? paying : t.throwsAsync(paying, { message: /declined/ }))
    const after = await it.shown()
    t.is(after.status, status)
    t.is(after.status_details, undefined)
    t.is((after.latest_invoice as Stripe.Invoice).next_payment_attempt, null)
    t.true((await typesSince(it.stripe)).includes('customer.subscription.resumed'))
    if (status === 'past_due')
      await it.stripe.invoices.pay(resumption?.id ?? '', { payment_method: 'pm_card_visa' })
    t.is(await it.status(), 'active')
    await assertValid(t, it)
  }
})

test('a resumption that nobody pays is voided after 23 hours, and can be made again', async (t) => {
  const it = await subscribed(t)
  await it.stripe.subscriptions.pause(it.id, KEEPING)
  for (let times = 0; times < 3; times += 1) await it.stripe.subscriptions.resume(it.id)
  const statuses = async () => (await it.invoices()).map(({ status }) => status)
  t.deepEqual(await statuses(), ['open', 'paid'])
  it.sandbox.advance({ hours: 23 })
  t.deepEqual(await statuses(), ['void', 'paid'])
  t.is(await it.status(), 'paused')
  t.is((await it.stripe.subscriptions.resume(it.id, PAYING)).status, 'active')
  t.deepEqual(await statuses(), ['paid', 'void', 'paid'])
  await assertValid(t, it)
})

test('a resumption on success is tried again after a decline, until it is paid', async (t) => {
  const it = await subscribed(t)
  await it.stripe.subscriptions.pause(it.id, KEEPING)
  await it.useCard('pm_card_chargeCustomerFail')
  for (let times = 0; times < 3; times += 1)
    t.is((await it.stripe.subscriptions.resume(it.id, PAYING)).status, 'paused')
  const [resumption, ...others] = await it.invoices()
  t.is(others.length, 1)
  t.is(resumption?.attempt_count, 3)
  t.truthy(resumption?.next_payment_attempt)
  it.sandbox.advance({ hours: 23 })
  t.is((await it.invoices())[0]?.status, 'open', 'it was tried')
  await it.useCard('pm_card_visa')
  it.sandbox.advance({ days: 8 })
  t.is((await it.invoices())[0]?.status, 'paid')
  t.is(await it.status(), 'active')
  await assertValid(t, it)
})

for (const [day, resumedOn, charged] of [
  ['before', 15, 1450],
  // On May 16, of the 31 days that begin on May 1.
  ['after', 45, Math.round((2900 * 16) / 31)],
] as const)
  test(`with an unchanged anchor it goes on in the period that holds now, ${day} the old one ends`, async (t) => {
    const it = await subscribed(t)
    const { billing_cycle_anchor } = await it.shown()
    it.sandbox.advance({ days: 10 })
    await it.stripe.subscriptions.pause(it.id)
    it.sandbox.advance({ days: resumedOn - 10 })
    const after = await it.stripe.subscriptions.resume(it.id, UNCHANGED)
    t.like(after, { status: 'active', billing_cycle_anchor })
    t.deepEqual((await it.waiting()).toSorted(), [-1933, charged])
    t.is((await it.invoices()).length, 1)
    const [item] = after.items.data
    t.true((item?.current_period_end ?? 0) > it.sandbox.now)
    t.true((item?.current_period_start ?? 0) <= it.sandbox.now)
    await assertValid(t, it)
  })

test('with an unchanged anchor prorations can be billed at once, or not made', async (t) => {
  const resumedWith = async (proration_behavior: 'always_invoice' | 'none', KEPT = {}) => {
    const it = await subscribed(t)
    it.sandbox.advance({ days: 10 })
    await it.stripe.subscriptions.pause(it.id, KEPT)
    it.sandbox.advance({ days: 5 })
    await it.stripe.subscriptions.resume(it.id, { ...UNCHANGED, ...PAYING, proration_behavior })
    t.is(await it.status(), 'active')
    return it
  }
  const billed = await resumedWith('always_invoice')
  t.is((await billed.invoices())[0]?.total, 1450 - 1933)
  t.is(await billed.balance(), 1450 - 1933)
  t.deepEqual(await (await resumedWith('none')).waiting(), [-1933])
  const kept = await resumedWith('always_invoice', KEEPING)
  t.is((await kept.invoices())[0]?.total, 0, 'the time that is left was paid for')
})
