import test, { type ExecutionContext } from 'ava'
import type Stripe from 'stripe'
import {
  assertValid,
  checkedSandbox,
  customerWith,
  monthly,
  typesSince,
} from '../support/sandbox.js'

// A period of 30 days: April 1, 2026, noon.
const APRIL = { startAt: 1_775_044_800 }

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
    useCard: (card: string) =>
      stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card } }),
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
  await it.stripe.subscriptions.pause(it.id, {})
  it.sandbox.advance({ days: 5 })
  t.is((await it.change(await monthly(it.stripe, 900))).status, 'paused')
  t.is((await it.invoices()).length, 1)
  t.is(await it.balance(), 0)
  t.deepEqual((await it.waiting()).toSorted(), [-1450, 450])

  await it.useCard('pm_card_visa')
  t.is((await it.stripe.subscriptions.resume(it.id, {})).status, 'active')
  const [resumption] = await it.invoices()
  t.is(resumption?.total, 900 - 1450 + 450)
  t.deepEqual(await it.waiting(), [])
  await assertValid(t, it)
})

test('when the period has ended in a pause, a change is worth nothing', async (t) => {
  const it = await subscribed(t)
  await it.stripe.subscriptions.pause(it.id, {})
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
  await it.stripe.subscriptions.pause(it.id, {})
  const anew = { billing_cycle_anchor: { type: 'now' as const } }
  await t.throwsAsync(it.change(await monthly(it.stripe, 900), anew), { message: /Resume it/ })
})

test('a resumption whose invoice is written off goes on; where it is voided, it stays paused', async (t) => {
  const it = await subscribed(t)
  await it.stripe.subscriptions.pause(it.id, {})
  await it.useCard('pm_card_chargeCustomerFail')
  const open = async () => {
    t.is((await it.stripe.subscriptions.resume(it.id, {})).status, 'paused')
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
  await it.stripe.subscriptions.pause(it.id, {})
  const { id: debit } = await it.stripe.paymentMethods.create({
    type: 'sepa_debit',
    billing_details: { name: 'Ada', email: 'ada@example.com' },
    sepa_debit: { iban: 'DE89370400440532013000' },
  })
  await it.useCard(debit)
  t.is((await it.stripe.subscriptions.resume(it.id, {})).status, 'paused')
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
  await it.stripe.subscriptions.pause(it.id, {})
  const [late] = await it.invoices()
  await it.stripe.invoices.pay(late?.id ?? '', { payment_method: 'pm_card_visa' })
  t.is(await it.status(), 'paused')
  await assertValid(t, it)
})
