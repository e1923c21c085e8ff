import test from 'ava'
import Stripe from 'stripe'
import {
  assertValid,
  checkedSandbox,
  customerWith,
  eventsOf,
  typesSince,
} from '../support/sandbox.js'

const charged = async (stripe: Stripe, amount = 1000, card = 'pm_card_visa') => {
  const intent = await stripe.paymentIntents.create({
    amount,
    currency: 'usd',
    payment_method: card,
    confirm: true,
  })
  return { intent, charge: intent.latest_charge as string }
}

test('a charge is refunded in parts, never by more than is left', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const { intent, charge } = await charged(stripe)
  await stripe.refunds.create({ charge, amount: 300 })
  t.is((await stripe.charges.retrieve(charge)).amount_refunded, 300)
  await t.throwsAsync(stripe.refunds.create({ charge, amount: 701 }), { message: /greater than/ })
  await stripe.refunds.create({ payment_intent: intent.id, metadata: { why: 'a test' } })
  const [made] = (await eventsOf(stripe)).filter(({ type }) => type === 'refund.created').reverse()
  t.like(made?.data.object, { amount: 700, metadata: { why: 'a test' } })
  const after = await stripe.charges.retrieve(charge, { expand: ['refunds'] })
  t.true(after.refunded)
  t.deepEqual(
    after.refunds?.data.map(({ amount }) => amount),
    [700, 300],
  )
  const error = await t.throwsAsync<InstanceType<typeof Stripe.errors.StripeError>>(
    stripe.refunds.create({ charge }),
  )
  t.is(error.code, 'charge_already_refunded')
  const told = (await eventsOf(stripe)).filter(({ type }) => type === 'charge.refunded')
  t.deepEqual(
    told.map(({ data }) => data.previous_attributes),
    [{ amount_refunded: 0 }, { amount_refunded: 300, refunded: false }],
  )
  await assertValid(t, checked)
})

test('a declined card is an error that the client knows, with the charge and the reason', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const error = await t.throwsAsync<InstanceType<typeof Stripe.errors.StripeCardError>>(
    charged(stripe, 1000, 'pm_card_visa_chargeDeclinedInsufficientFunds'),
    { instanceOf: Stripe.errors.StripeCardError },
  )
  t.is(error.code, 'card_declined')
  t.is(error.decline_code, 'insufficient_funds')
  t.is((await stripe.charges.retrieve(error.charge ?? '')).status, 'failed')
  t.is((await stripe.paymentIntents.list()).data[0]?.status, 'requires_payment_method')
})

for (const verdict of ['won', 'lost'] as const) {
  test(`a dispute takes the money away until it is decided: ${verdict}`, async (t) => {
    const checked = await checkedSandbox(t)
    const { stripe, sandbox } = checked
    const { charge } = await charged(stripe)
    const id = sandbox.dispute(charge, 'product_not_received')
    t.true((await stripe.charges.retrieve(charge)).disputed)
    sandbox.decideDispute(id, verdict)
    t.is((await stripe.disputes.retrieve(id)).status, verdict)
    const types = await typesSince(stripe)
    t.deepEqual(types.slice(types.indexOf('charge.dispute.created')), [
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      ...(verdict === 'won' ? ['charge.dispute.funds_reinstated'] : []),
      'charge.dispute.closed',
    ])
    await assertValid(t, checked)
  })
}

test('a credit note lowers what is due, or gives back what was paid', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const customer = await customerWith(stripe)
  await stripe.invoiceItems.create({ customer: customer.id, amount: 5000, currency: 'usd' })
  const { id } = await stripe.invoices.create({
    customer: customer.id,
    pending_invoice_items_behavior: 'include',
  })
  await stripe.invoices.finalizeInvoice(id)
  await stripe.creditNotes.create({ invoice: id, amount: 1000 })
  t.is((await stripe.invoices.retrieve(id)).amount_remaining, 4000)
  t.is((await stripe.invoices.pay(id)).amount_paid, 4000)
  await stripe.creditNotes.create({
    invoice: id,
    amount: 1500,
    refund_amount: 1000,
    credit_amount: 500,
  })
  const [charge] = (await stripe.charges.list()).data
  t.is(charge?.amount_refunded, 1000)
  t.is(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).balance, -500)
  await t.throwsAsync(stripe.creditNotes.create({ invoice: id, amount: 4000 }), {
    message: /can be credited/,
  })
  await assertValid(t, checked)
})

test('a customer who is deleted ends their subscriptions, and is known as deleted', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await stripe.prices.create({
    product_data: { name: 'Pro' },
    currency: 'usd',
    unit_amount: 100,
    recurring: { interval: 'week' },
  })
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
  await stripe.customers.del(customer.id)
  t.deepEqual((await typesSince(stripe)).slice(-2), [
    'customer.subscription.deleted',
    'customer.deleted',
  ])
  const gone = await stripe.customers.retrieve(customer.id)
  t.true(gone.deleted)
  t.deepEqual((await stripe.customers.list()).data, [], 'it is listed no more')
})

test('an open invoice is paid on its page', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const customer = await customerWith(stripe, 'pm_card_chargeCustomerFail')
  await stripe.invoiceItems.create({ customer: customer.id, amount: 700, currency: 'usd' })
  const { id } = await stripe.invoices.create({
    customer: customer.id,
    pending_invoice_items_behavior: 'include',
  })
  const { hosted_invoice_url: url } = await stripe.invoices.finalizeInvoice(id)
  t.true(url?.startsWith(sandbox.url))
  t.regex(await (await fetch(url ?? '')).text(), /\$7\.00/)
  const body = new URLSearchParams({ number: '4242424242424242' })
  t.is((await fetch(url ?? '', { method: 'POST', body, redirect: 'manual' })).status, 302)
  t.is((await stripe.invoices.retrieve(id)).status, 'paid')
})
