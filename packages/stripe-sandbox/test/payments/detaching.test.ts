import test from 'ava'
import { assertValid, checkedSandbox, customerWith, monthly } from '../support/sandbox.js'

for (const of of ['customer', 'subscription'] as const)
  test(`a payment method that is detached is the default of no ${of}, and is charged no more`, async (t) => {
    const checked = await checkedSandbox(t)
    const { stripe, sandbox } = checked
    const customer = await customerWith(stripe)
    const other = await stripe.paymentMethods.attach('pm_card_mastercard', {
      customer: customer.id,
    })
    const standard = customer.invoice_settings.default_payment_method as string
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: (await monthly(stripe)).id }],
      ...(of === 'subscription' ? { default_payment_method: other.id } : {}),
    })
    const gone = of === 'subscription' ? other.id : standard
    await stripe.paymentMethods.detach(gone)
    t.is((await stripe.subscriptions.retrieve(id)).default_payment_method, null)
    sandbox.advance({ days: 32 })
    const { data: charges } = await stripe.charges.list()
    if (of === 'subscription') {
      t.is(charges.length, 2)
      t.is(charges[0]?.payment_method, standard, 'the next one pays')
    } else {
      t.is(charges.length, 1)
      t.is((await stripe.subscriptions.retrieve(id)).status, 'past_due')
    }
    const again = { customer: customer.id }
    await t.throwsAsync(stripe.paymentMethods.attach(gone, again), { message: /detached/ })
    const { id: intent } = await stripe.paymentIntents.create({ amount: 100, currency: 'usd' })
    const paying = stripe.paymentIntents.confirm(intent, { payment_method: gone })
    await t.throwsAsync(paying, { message: /detached/ })
    await t.throwsAsync(stripe.subscriptions.update(id, { default_payment_method: gone }), {
      message: /must be attached/,
    })
    await assertValid(t, checked)
  })

test("a subscription's own payment method is taken back by an empty text", async (t) => {
  const { stripe } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const { id, default_payment_method } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: (await monthly(stripe)).id }],
    default_payment_method: customer.invoice_settings.default_payment_method as string,
  })
  t.truthy(default_payment_method)
  const after = await stripe.subscriptions.update(id, { default_payment_method: '' })
  t.is(after.default_payment_method, null)
})

test('only what is attached to the customer is a default payment method', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: (await monthly(stripe)).id }],
  })
  const invoice = await stripe.invoices.create({ customer: customer.id })
  const loose = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } })
  const another = (await customerWith(stripe)).invoice_settings.default_payment_method as string
  const refused = { code: 'resource_missing', message: /must be attached to the customer/ }
  for (const default_payment_method of [loose.id, another, 'pm_card_visa'])
    for (const ask of [
      stripe.customers.update(customer.id, { invoice_settings: { default_payment_method } }),
      stripe.customers.create({ invoice_settings: { default_payment_method } }),
      stripe.subscriptions.update(id, { default_payment_method }),
      stripe.invoices.update(invoice.id, { default_payment_method }),
    ])
      await t.throwsAsync(ask, refused)
  await stripe.paymentMethods.attach(loose.id, { customer: customer.id })
  const after = await stripe.subscriptions.update(id, { default_payment_method: loose.id })
  t.is(after.default_payment_method, loose.id)
})
