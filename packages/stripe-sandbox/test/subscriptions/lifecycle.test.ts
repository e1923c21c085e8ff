import test from 'ava'
import type Stripe from 'stripe'
import {
  assertValid,
  checkedSandbox,
  customerWith,
  eventsOf,
  monthly,
  payWith,
  typesSince,
} from '../support/sandbox.js'

const DAY = 86_400

/** The types of events without those that only prepare others. */
const told = (types: string[]) =>
  types.filter(
    (type) =>
      !/^(payment_method|payment_intent\.created|customer\.(created|updated)$|invoiceitem|product|price|coupon)/.test(
        type,
      ),
  )

test('a subscription is created incomplete, paid, and active, in the order of Stripe', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id, quantity: 3 }],
    metadata: { account_id: 'a' },
    expand: ['latest_invoice'],
  })
  t.is(subscription.status, 'active')
  const invoice = subscription.latest_invoice as Stripe.Invoice
  t.is(invoice.amount_paid, 6000)
  t.is(invoice.billing_reason, 'subscription_create')
  t.deepEqual(invoice.parent?.subscription_details, {
    metadata: { account_id: 'a' },
    subscription: subscription.id,
  })
  t.deepEqual(told(await typesSince(stripe)), [
    'invoice.created',
    'invoice.finalized',
    'customer.subscription.created',
    'charge.succeeded',
    'payment_intent.succeeded',
    'invoice_payment.paid',
    'invoice.paid',
    'invoice.payment_succeeded',
    'customer.subscription.updated',
  ])
  const last = (await eventsOf(stripe)).at(-1)
  t.deepEqual(last?.data.previous_attributes, { status: 'incomplete' })
  await assertValid(t, checked)
})

test('a renewal is drafted at the end of the period and collected an hour later', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t, { startAt: 1_769_817_600 }) // January 31, 2026
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const made = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  const [item] = made.items.data
  t.is(new Date((item?.current_period_end ?? 0) * 1000).toISOString().slice(0, 10), '2026-02-28')
  const [before] = (await stripe.events.list({ limit: 1 })).data
  sandbox.advance({ seconds: (item?.current_period_end ?? 0) - sandbox.now })
  t.deepEqual(await typesSince(stripe, before?.id), [
    'invoice.created',
    'customer.subscription.updated',
  ])
  sandbox.advance({ hours: 1 })
  t.deepEqual(told(await typesSince(stripe, before?.id)), [
    'invoice.created',
    'customer.subscription.updated',
    'invoice.finalized',
    'charge.succeeded',
    'payment_intent.succeeded',
    'invoice_payment.paid',
    'invoice.paid',
    'invoice.payment_succeeded',
  ])
  const renewed = await stripe.subscriptions.retrieve(made.id, { expand: ['latest_invoice'] })
  // The anchor's day comes back where the month has it.
  const end = renewed.items.data[0]?.current_period_end ?? 0
  t.is(new Date(end * 1000).toISOString().slice(0, 10), '2026-03-31')
  t.is((renewed.latest_invoice as Stripe.Invoice).billing_reason, 'subscription_cycle')
})

test('a year passes: twelve renewals, each in its month', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  sandbox.advance({ months: 12, hours: 2 })
  const invoices = await stripe.invoices.list({ subscription: id, limit: 100 })
  t.is(invoices.data.length, 13)
  t.true(invoices.data.every(({ status }) => status === 'paid'))
  t.is((await stripe.charges.list({ limit: 100 })).data.length, 13)
})

test('a trial is free, announced three days before its end, and then paid', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const made = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    trial_period_days: 14,
    expand: ['latest_invoice'],
  })
  t.is(made.status, 'trialing')
  t.is((made.latest_invoice as Stripe.Invoice).total, 0)
  const [before] = (await stripe.events.list({ limit: 1 })).data
  sandbox.advance({ days: 11 })
  t.deepEqual(await typesSince(stripe, before?.id), ['customer.subscription.trial_will_end'])
  sandbox.advance({ days: 3, hours: 1 })
  const after = await stripe.subscriptions.retrieve(made.id, { expand: ['latest_invoice'] })
  t.is(after.status, 'active')
  t.is((after.latest_invoice as Stripe.Invoice).amount_paid, 2000)
})

for (const [behavior, status] of [
  ['cancel', 'canceled'],
  ['pause', 'paused'],
  ['create_invoice', 'past_due'],
] as const) {
  test(`a trial without a payment method ends as it was told to: ${behavior}`, async (t) => {
    const { stripe, sandbox } = await checkedSandbox(t)
    const customer = await stripe.customers.create()
    const price = await monthly(stripe)
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: behavior } },
    })
    sandbox.advance({ days: 7, hours: 2 })
    const after = await stripe.subscriptions.retrieve(id)
    t.is(after.status, status)
    if (behavior !== 'pause') return
    t.is(after.status_details?.paused.subscription.type, 'trial_end_without_payment_method')
    await payWith(stripe, customer.id, 'pm_card_visa')
    const params = { payment_behavior: 'resume_on_payment_success' } as const
    t.is((await stripe.subscriptions.resume(id, params)).status, 'active')
    t.true((await typesSince(stripe)).includes('customer.subscription.resumed'))
  })
}

test('a first payment that is declined leaves it incomplete, and expires after 23 hours', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe, 'pm_card_chargeCustomerFail')
  const price = await monthly(stripe)
  const { id, status } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  t.is(status, 'incomplete')
  sandbox.advance({ hours: 22 })
  t.is((await stripe.subscriptions.retrieve(id)).status, 'incomplete')
  sandbox.advance({ hours: 1 })
  const expired = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  t.is(expired.status, 'incomplete_expired')
  t.is((expired.latest_invoice as Stripe.Invoice).status, 'void')
})

for (const { iban, settled, invoiceStatus } of [
  { iban: 'DE89370400440532013000', settled: 'active', invoiceStatus: 'paid' },
  { iban: 'DE62370400440532013001', settled: 'incomplete_expired', invoiceStatus: 'void' },
]) {
  test(`a first payment by bank debit is waited for, also longer than 23 hours, and then it is ${settled}`, async (t) => {
    const { stripe, sandbox } = await checkedSandbox(t)
    const customer = await customerWith(stripe)
    const price = await monthly(stripe)
    const method = await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban },
      billing_details: { name: 'Ada', email: 'ada@example.com' },
    })
    await stripe.paymentMethods.attach(method.id, { customer: customer.id })
    const { id, status } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: method.id,
    })
    t.is(status, 'incomplete')
    sandbox.advance({ hours: 47 })
    t.is((await stripe.subscriptions.retrieve(id)).status, 'incomplete')
    sandbox.advance({ hours: 2 })
    const after = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
    t.is(after.status, settled)
    t.is((after.latest_invoice as Stripe.Invoice).status, invoiceStatus)
  })
}

test('with error_if_incomplete nothing is left of a declined subscription', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const customer = await customerWith(stripe, 'pm_card_chargeCustomerFail')
  const price = await monthly(stripe)
  const error = await t.throwsAsync<{ code?: string } & Error>(
    stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      payment_behavior: 'error_if_incomplete',
    }),
  )
  t.is(error.code, 'card_declined')
  t.is((await stripe.subscriptions.list({ status: 'all' })).data.length, 0)
  t.is((await stripe.invoices.list()).data.length, 0)
})

test('a payment that needs authentication is made on the page of the bank', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const customer = await customerWith(stripe, 'pm_card_authenticationRequired')
  const price = await monthly(stripe)
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  t.is(subscription.status, 'incomplete')
  const [intent] = (await stripe.paymentIntents.list()).data
  t.true((await typesSince(stripe)).includes('invoice.payment_action_required'))
  const page = intent?.next_action?.redirect_to_url?.url ?? ''
  t.regex(await (await fetch(page)).text(), /Is it you/)
  await fetch(page, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) })
  t.is((await stripe.subscriptions.retrieve(subscription.id)).status, 'active')
  await assertValid(t, checked)
})

for (const [then, status] of [
  ['cancel', 'canceled'],
  ['unpaid', 'unpaid'],
  ['past_due', 'past_due'],
] as const) {
  test(`a renewal that is never paid is tried four times; then: ${then}`, async (t) => {
    const checked = await checkedSandbox(t, { dunning: { retry_days: [3, 5, 7], then } })
    const { stripe, sandbox } = checked
    const customer = await customerWith(stripe)
    const price = await monthly(stripe)
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
    })
    await payWith(stripe, customer.id, 'pm_card_chargeCustomerFail')
    sandbox.advance({ months: 1, hours: 2 })
    const late = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
    t.is(late.status, 'past_due')
    const { next_payment_attempt: next, attempt_count } = late.latest_invoice as Stripe.Invoice
    t.is(attempt_count, 1)
    t.true(Math.abs((next ?? 0) - sandbox.now - 3 * DAY) <= 7200)
    sandbox.advance({ days: 16 })
    const after = await stripe.subscriptions.retrieve(id)
    t.is(after.status, status)
    const failed = await stripe.events.list({ type: 'invoice.payment_failed' })
    t.is(failed.data.length, 4)
    if (then === 'cancel') t.is(after.cancellation_details?.reason, 'payment_failed')
    else {
      await stripe.invoices.pay(after.latest_invoice as string, { payment_method: 'pm_card_visa' })
      t.is((await stripe.subscriptions.retrieve(id)).status, 'active')
    }
    await assertValid(t, checked)
  })
}

test('a new card pays the next attempt, and the subscription recovers', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  const use = (card: string) => payWith(stripe, customer.id, card)
  await use('pm_card_chargeCustomerFail')
  sandbox.advance({ months: 1, hours: 2 })
  t.is((await stripe.subscriptions.retrieve(id)).status, 'past_due')
  await use('pm_card_visa')
  sandbox.advance({ days: 3 })
  t.is((await stripe.subscriptions.retrieve(id)).status, 'active')
})

test('cancelled at the end of the period, resumed, and cancelled at a date', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const { id, items } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  const end = items.data[0]?.current_period_end
  const scheduled = await stripe.subscriptions.update(id, { cancel_at_period_end: true })
  t.is(scheduled.cancel_at, end ?? null)
  t.is(scheduled.cancellation_details?.reason, 'cancellation_requested')
  const kept = await stripe.subscriptions.update(id, { cancel_at_period_end: false })
  t.is(kept.cancel_at, null)
  t.is(kept.canceled_at, null)
  const at = sandbox.now + 10 * DAY
  await stripe.subscriptions.update(id, { cancel_at: at })
  sandbox.advance({ days: 11 })
  const ended = await stripe.subscriptions.retrieve(id)
  t.is(ended.status, 'canceled')
  t.is(ended.ended_at, at)
  await t.throwsAsync(stripe.subscriptions.update(id, { metadata: { a: 'b' } }))
})

test('collection is paused: invoices are voided, and it begins again by itself', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  })
  await stripe.subscriptions.update(id, {
    pause_collection: { behavior: 'void', resumes_at: sandbox.now + 40 * DAY },
  })
  sandbox.advance({ months: 1, hours: 2 })
  const paused = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  t.is(paused.status, 'active')
  t.is((paused.latest_invoice as Stripe.Invoice).status, 'void')
  sandbox.advance({ months: 1, hours: 2 })
  const resumed = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  t.is(resumed.pause_collection, null)
  t.is((resumed.latest_invoice as Stripe.Invoice).status, 'paid')
})
