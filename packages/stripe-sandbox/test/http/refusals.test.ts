import test from 'ava'
import { checkedSandbox, customerWith, monthly, pay } from '../support/sandbox.js'

test('numbers out of bounds and currencies that Stripe does not have are refused', async (t) => {
  const { stripe, problems } = await checkedSandbox(t)
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  const product_data = { name: 'Anything' }
  const items = (quantity: number) => [{ price: price.id, quantity }]
  const negative = { message: 'Invalid non-negative integer' }
  await t.throwsAsync(
    stripe.subscriptions.create({ customer: customer.id, items: items(-1) }),
    negative,
  )
  const { id } = await stripe.subscriptions.create({ customer: customer.id, items: items(2) })
  const [item] = (await stripe.subscriptions.retrieve(id)).items.data
  const update = { items: [{ id: item?.id ?? '', quantity: -3 }] }
  const refused = await t.throwsAsync(stripe.subscriptions.update(id, update), negative)
  t.is((refused as { param?: string }).param, 'items[0][quantity]')
  await t.throwsAsync(
    stripe.prices.create({ product_data, currency: 'usd', unit_amount: -5 }),
    negative,
  )
  for (const currency of ['us', 'xyz'])
    await t.throwsAsync(stripe.prices.create({ product_data, currency, unit_amount: 5 }), {
      message: new RegExp(`^Invalid currency: ${currency}\\.`),
    })
  await t.throwsAsync(stripe.coupons.create({ percent_off: 150 }), { message: /less than .* 100/ })
  await t.throwsAsync(stripe.coupons.create({ percent_off: 0 }), { message: /greater than/ })
  await t.throwsAsync(stripe.coupons.create({ amount_off: -5, currency: 'usd' }), {
    message: /greater than or equal to 1/,
  })
  // Names of others' own mean nothing.
  const metadata = { currency: 'none', quantity: '-1' }
  t.deepEqual((await stripe.customers.create({ metadata })).metadata, metadata)
  t.is(
    (await stripe.prices.create({ product_data, currency: 'EUR', unit_amount: 0 })).currency,
    'eur',
  )
  t.deepEqual(problems, [])
})

test('a test clock goes two intervals of its shortest subscription at once, or two years', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t, { startAt: 1_775_044_800 })
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: sandbox.now })
  const day = 86_400
  const to = (days: number) =>
    stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: clock.frozen_time + days * day })
  await t.throwsAsync(to(732), { message: /two years/ })
  const customer = await customerWith(stripe, 'pm_card_visa', { test_clock: clock.id })
  const price = await monthly(stripe)
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
  await t.throwsAsync(to(62), { message: /two intervals/ })
  await t.notThrowsAsync(to(61))
  t.is((await stripe.invoices.list({ customer: customer.id })).data.length, 3)
})

test('a debit on its way cannot be called back, nor what it pays be voided', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const price = await monthly(stripe)
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'http://localhost:3000/done',
  })
  await pay(session.url ?? '', { type: 'debit', iban: 'DE89370400440532013000' })
  const [invoice] = (await stripe.invoices.list()).data
  const [intent] = (await stripe.paymentIntents.list()).data
  t.is(intent?.status, 'processing')
  const refused = { message: /status of processing/ }
  await t.throwsAsync(stripe.paymentIntents.cancel(intent?.id ?? ''), refused)
  await t.throwsAsync(stripe.invoices.voidInvoice(invoice?.id ?? ''), refused)
  sandbox.advance({ days: 2 })
  t.is((await stripe.invoices.retrieve(invoice?.id ?? '')).status, 'paid')
})

test('what the sandbox does not have says so, whatever it is called', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const missing = { message: /offline sandbox, which does not have everything that Stripe has/ }
  for (const ask of [
    () => stripe.subscriptionSchedules.create({ customer: 'cus_1' }),
    () => stripe.taxRates.create({ display_name: 'VAT', percentage: 19, inclusive: false }),
    () => stripe.paymentLinks.create({ line_items: [] }),
    () => stripe.creditNotes.preview({ invoice: 'in_1' }),
    () => stripe.subscriptions.migrate('sub_1', { billing_mode: { type: 'flexible' } }),
  ]) {
    const error = await t.throwsAsync(ask, missing)
    t.is((error as { statusCode?: number }).statusCode, 404)
  }
})

test('what would be done otherwise than asked is refused, and says what is done instead', async (t) => {
  const { stripe } = await checkedSandbox(t)
  await t.throwsAsync(
    stripe.checkout.sessions.create({ ui_mode: 'embedded_page', return_url: 'http://localhost' }),
    { message: /hosted pages only/ },
  )
  await t.throwsAsync(
    stripe.paymentIntents.create({ amount: 100, currency: 'usd', capture_method: 'manual' }),
    { message: /no separate captures/ },
  )
})
