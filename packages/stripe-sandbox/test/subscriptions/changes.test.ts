import test from 'ava'
import Stripe from 'stripe'
import { assertValid, checkedSandbox, customerWith, monthly, payWith } from '../support/sandbox.js'

async function subscribed(stripe: Stripe, amount = 3000) {
  const customer = await customerWith(stripe)
  const price = await monthly(stripe, amount)
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  return { customer, subscription, item: subscription.items.data[0]?.id ?? '' }
}

const amounts = (invoice: { lines: { data: { amount: number }[] } }) =>
  invoice.lines.data.map(({ amount }) => amount)

// A period of 30 days: April 1, 2026, noon.
const APRIL = { startAt: 1_775_044_800 }

test('an upgrade in the middle of a period is credited and charged with the next invoice', async (t) => {
  const checked = await checkedSandbox(t, APRIL)
  const { stripe, sandbox } = checked
  const { subscription, item } = await subscribed(stripe)
  const bigger = await monthly(stripe, 6000)
  sandbox.advance({ days: 15 })
  await stripe.subscriptions.update(subscription.id, { items: [{ id: item, price: bigger.id }] })
  const pending = await stripe.invoiceItems.list({ pending: true })
  t.true(pending.data.every(({ proration }) => proration))
  sandbox.advance({ days: 15, hours: 2 })
  const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id, {
    expand: ['latest_invoice'],
  })
  const invoice = latest_invoice as Stripe.Invoice
  const [credit = 0, rest = 0, next] = amounts(invoice)
  t.true(Math.abs(credit + 1500) <= 1)
  t.true(Math.abs(rest - 3000) <= 1)
  t.is(next, 6000)
  t.is(invoice.amount_paid, credit + rest + 6000)
  await assertValid(t, checked)
})

test('a price of another currency, and a moment outside the period, are refused', async (t) => {
  const checked = await checkedSandbox(t, APRIL)
  const { stripe, sandbox } = checked
  const { customer, subscription, item } = await subscribed(stripe)
  const recurring = { interval: 'month' as const }
  const product_data = { name: 'Plan in yen' }
  const yen = await stripe.prices.create({
    ...{ product_data, currency: 'jpy', unit_amount: 500, recurring },
  })
  const bigger = await monthly(stripe, 6000)
  const change = (price: string, proration_date?: number) =>
    stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, price }],
      ...(proration_date === undefined ? {} : { proration_date }),
    })
  await t.throwsAsync(change(yen.id), { message: /only supports `jpy`.* expected currency: `usd`/ })
  const two = { customer: customer.id, items: [{ price: yen.id }] }
  await t.throwsAsync(stripe.subscriptions.create(two), { message: /cannot combine currencies/ })
  const session = {
    mode: 'subscription' as const,
    customer: customer.id,
    line_items: [{ price: yen.id, quantity: 1 }],
    success_url: 'http://localhost:3000/done',
  }
  await t.throwsAsync(stripe.checkout.sessions.create(session), { message: /combine currencies/ })
  const outside = [sandbox.now - 60, sandbox.now + 32 * 86_400]
  for (const moment of outside)
    await t.throwsAsync(change(bigger.id, moment), { message: /proration date/ })
  await t.notThrowsAsync(change(bigger.id, sandbox.now))
  await stripe.subscriptions.cancel(subscription.id)
  await t.notThrowsAsync(stripe.subscriptions.create(two))
  await assertValid(t, checked)
})

test('a preview shows what a change costs, and changes nothing', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t, APRIL)
  const { subscription, item } = await subscribed(stripe)
  const bigger = await monthly(stripe, 6000)
  sandbox.advance({ days: 15 })
  const before = await stripe.events.list({ limit: 1 })
  const change = {
    items: [{ id: item, price: bigger.id }],
    proration_behavior: 'always_invoice' as const,
  }
  const preview = await stripe.invoices.createPreview({
    subscription: subscription.id,
    subscription_details: { ...change, proration_date: sandbox.now },
  })
  t.true(Math.abs(preview.amount_due - 1500) <= 1)
  t.deepEqual((await stripe.events.list({ limit: 1 })).data, before.data)
  const { data } = (await stripe.subscriptions.retrieve(subscription.id)).items
  t.not(data[0]?.price.id, bigger.id)
  const changed = await stripe.subscriptions.update(subscription.id, {
    ...change,
    proration_date: preview.parent?.subscription_details?.subscription_proration_date ?? 0,
    expand: ['latest_invoice'],
  })
  t.is((changed.latest_invoice as Stripe.Invoice).amount_paid, preview.amount_due)
})

test('a downgrade becomes credit that pays the next invoice', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t, APRIL)
  const { subscription, item, customer } = await subscribed(stripe, 6000)
  const smaller = await monthly(stripe, 1000)
  sandbox.advance({ days: 15 })
  await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item, price: smaller.id }],
    proration_behavior: 'always_invoice',
  })
  const credit = ((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).balance
  t.true(Math.abs(credit + 2500) <= 1)
  sandbox.advance({ days: 15, hours: 2 })
  const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id, {
    expand: ['latest_invoice'],
  })
  const invoice = latest_invoice as Stripe.Invoice
  t.is(invoice.total, 1000)
  t.is(invoice.amount_due, 0)
  t.is(invoice.status, 'paid')
  t.is(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).balance, credit + 1000)
})

test('from monthly to yearly the cycle begins anew and is paid at once', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t, APRIL)
  const { subscription, item } = await subscribed(stripe)
  const yearly = await stripe.prices.create({
    product_data: { name: 'Yearly' },
    currency: 'usd',
    unit_amount: 30_000,
    recurring: { interval: 'year' },
  })
  sandbox.advance({ days: 15 })
  const before = sandbox.now
  const changed = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item, price: yearly.id }],
    expand: ['latest_invoice'],
  })
  const [credit = 0, year] = amounts(changed.latest_invoice as Stripe.Invoice)
  t.true(Math.abs(credit + 1500) <= 1)
  t.is(year, 30_000)
  const anchor = changed.billing_cycle_anchor
  t.true(anchor >= before && anchor <= sandbox.now)
  const months = ((changed.items.data[0]?.current_period_end ?? 0) - sandbox.now) / (30 * 86_400)
  t.true(months > 12)
})

test('two items of different rhythms keep their own periods', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t, APRIL)
  const customer = await customerWith(stripe)
  const month = await monthly(stripe, 1000)
  const year = await stripe.prices.create({
    product_data: { name: 'Yearly' },
    currency: 'usd',
    unit_amount: 10_000,
    recurring: { interval: 'year' },
  })
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: month.id }, { price: year.id }],
  })
  sandbox.advance({ months: 1, hours: 2 })
  const after = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  t.deepEqual(amounts(after.latest_invoice as Stripe.Invoice), [1000])
  const [first, second] = after.items.data
  t.true((first?.current_period_end ?? 0) < (second?.current_period_end ?? 0))
})

test('a coupon takes its share off every invoice while it runs', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await monthly(stripe, 2000)
  const coupon = await stripe.coupons.create({
    percent_off: 50,
    duration: 'repeating',
    duration_in_months: 2,
  })
  await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    discounts: [{ coupon: coupon.id }],
  })
  sandbox.advance({ months: 3, hours: 2 })
  const invoices = (await stripe.invoices.list()).data.reverse()
  t.deepEqual(
    invoices.map(({ total }) => total),
    [1000, 1000, 2000, 2000],
  )
})

test('usage is billed after the period in which it happened', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const meter = await stripe.billing.meters.create({
    display_name: 'Runs',
    event_name: 'run',
    default_aggregation: { formula: 'sum' },
  })
  const price = await stripe.prices.create({
    product_data: { name: 'Usage' },
    currency: 'usd',
    unit_amount: 5,
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
  })
  const { id, status } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  t.is(status, 'active')
  const use = (value: string, identifier: string, timestamp?: number) =>
    stripe.billing.meterEvents.create({
      event_name: 'run',
      identifier,
      payload: { stripe_customer_id: customer.id, value },
      ...(timestamp === undefined ? {} : { timestamp }),
    })
  await use('40', 'one')
  await use('2', 'two')
  await t.throwsAsync(use('2', 'two'), { message: /already exists with identifier two/ })
  await t.throwsAsync(use('1', 'old', sandbox.now - 36 * 86_400), { message: /past 35/ })
  await t.throwsAsync(use('1', 'early', sandbox.now + 600), { message: /5 minutes/ })
  sandbox.advance({ months: 1, hours: 2 })
  const after = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  const invoice = after.latest_invoice as Stripe.Invoice
  t.is(invoice.lines.data[0]?.quantity, 42)
  t.is(invoice.amount_paid, 210)
})

test('entitlements follow the subscription', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const feature = await stripe.entitlements.features.create({ name: 'SSO', lookup_key: 'sso' })
  await stripe.products.createFeature(price.product as string, { entitlement_feature: feature.id })
  const active = async () =>
    (await stripe.entitlements.activeEntitlements.list({ customer: customer.id })).data.map(
      ({ lookup_key }) => lookup_key,
    )
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  t.deepEqual(await active(), ['sso'])
  await stripe.subscriptions.cancel(id)
  t.deepEqual(await active(), [])
  const told = await stripe.events.list({ type: 'entitlements.active_entitlement_summary.updated' })
  t.is(told.data.length, 2)
  await assertValid(t, checked)
})

test('a trial that is to end only if it is paid goes on where the card is declined', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const customer = await customerWith(stripe, 'pm_card_chargeCustomerFail')
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: (await monthly(stripe)).id }],
    trial_period_days: 14,
  })
  const before = await stripe.subscriptions.retrieve(id)
  const ending = () =>
    stripe.subscriptions.update(id, {
      trial_end: 'now',
      payment_behavior: 'error_if_incomplete',
      metadata: { plan: 'pro' },
    })
  await t.throwsAsync(ending(), { instanceOf: Stripe.errors.StripeCardError })
  t.deepEqual(await stripe.subscriptions.retrieve(id), before)
  t.is((await stripe.invoices.list()).data.length, 1)
  t.is((await stripe.charges.list()).data.length, 0)
  await payWith(stripe, customer.id, 'pm_card_visa')
  t.is((await ending()).status, 'active')
  await assertValid(t, checked)
})
