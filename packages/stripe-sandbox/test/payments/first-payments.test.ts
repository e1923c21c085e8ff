import test from 'ava'
import Stripe from 'stripe'
import { assertValid, checkedSandbox, customerWith, eventsOf, monthly } from '../support/sandbox.js'

const ELEMENTS = {
  payment_behavior: 'default_incomplete',
  payment_settings: { save_default_payment_method: 'on_subscription' },
} as const

test('what paid the first invoice pays the renewals too, where that was asked for', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe, sandbox } = checked
  const { id: customer } = await stripe.customers.create({ metadata: { user: '1' } })
  const [created] = (await eventsOf(stripe)).filter(({ type }) => type === 'customer.created')
  t.like(created?.data.object, { metadata: { user: '1' } })
  const { id, latest_invoice } = await stripe.subscriptions.create({
    customer,
    items: [{ price: (await monthly(stripe)).id }],
    ...ELEMENTS,
    expand: ['latest_invoice.payments'],
  })
  const invoice = latest_invoice as Stripe.Invoice
  const intent = invoice.payments?.data[0]?.payment.payment_intent as string
  const { payment_method } = await stripe.paymentIntents.confirm(intent, {
    payment_method: 'pm_card_visa',
  })
  const paid = await stripe.subscriptions.retrieve(id)
  t.like(paid, { status: 'active', default_payment_method: payment_method })
  sandbox.advance({ days: 32 })
  t.is((await stripe.subscriptions.retrieve(id)).status, 'active')
  t.is((await stripe.charges.list()).data.length, 2)
  await assertValid(t, checked)
})

test('a trial collects its payment method with a setup intent', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe, sandbox } = checked
  const { id: customer } = await stripe.customers.create()
  const { id, pending_setup_intent } = await stripe.subscriptions.create({
    customer,
    items: [{ price: (await monthly(stripe)).id }],
    trial_period_days: 7,
    ...ELEMENTS,
    expand: ['pending_setup_intent'],
  })
  const setup = pending_setup_intent as Stripe.SetupIntent
  t.regex(setup.client_secret ?? '', /_secret_/)
  const { payment_method } = await stripe.setupIntents.confirm(setup.id, {
    payment_method: 'pm_card_visa',
  })
  t.like(await stripe.subscriptions.retrieve(id), {
    pending_setup_intent: null,
    default_payment_method: payment_method,
  })
  sandbox.advance({ days: 8 })
  t.is((await stripe.subscriptions.retrieve(id)).status, 'active')
  t.is((await stripe.charges.list()).data.length, 1)
  await assertValid(t, checked)
})

test('a card that asks for its owner is declined while they are away', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const { id: customer } = await customerWith(stripe)
  const asked = { amount: 100, currency: 'usd', customer, confirm: true } as const
  const card = { payment_method: 'pm_card_authenticationRequired' }
  const error = await t.throwsAsync<InstanceType<typeof Stripe.errors.StripeError>>(
    stripe.paymentIntents.create({ ...asked, ...card, off_session: true }),
    { instanceOf: Stripe.errors.StripeCardError },
  )
  t.is(error.code, 'authentication_required')
  t.is((await stripe.paymentIntents.create({ ...asked, ...card })).status, 'requires_action')
  await assertValid(t, checked)
})

test('a setup intent keeps the payment method that it is to confirm', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const { id: customer } = await stripe.customers.create({
    shipping: { name: 'Ada', address: { line1: '1 High Street' } },
    preferred_locales: ['de'],
  })
  const made = await stripe.setupIntents.create({ customer, payment_method: 'pm_card_visa' })
  t.is(made.status, 'requires_confirmation')
  await stripe.setupIntents.update(made.id, { metadata: { order: '7' } })
  const done = await stripe.setupIntents.confirm(made.id)
  t.like(done, {
    status: 'succeeded',
    payment_method: made.payment_method,
    metadata: { order: '7' },
  })
  const [kept] = (await stripe.customers.listPaymentMethods(customer)).data
  t.is(kept?.id, done.payment_method as string)
  t.like(await stripe.customers.retrieve(customer), {
    shipping: { name: 'Ada' },
    preferred_locales: ['de'],
  })
  await assertValid(t, checked)
})
