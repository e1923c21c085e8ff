import test from 'ava'
import type Stripe from 'stripe'
import { assertValid, checkedSandbox, eventsOf, monthly, pay } from '../support/sandbox.js'

const success_url = 'http://localhost:3000/done?session={CHECKOUT_SESSION_ID}'

async function open(stripe: Stripe, more: Stripe.Checkout.SessionCreateParams = {}) {
  const price = await monthly(stripe)
  return stripe.checkout.sessions.create({
    mode: 'subscription',
    line_items: [{ price: price.id, quantity: 1 }],
    success_url,
    cancel_url: 'http://localhost:3000/plans',
    client_reference_id: 'account-1',
    subscription_data: { metadata: { account_id: 'account-1' } },
    ...more,
  })
}

const oneTime = (stripe: Stripe) =>
  stripe.prices.create({ product_data: { name: 'Book' }, currency: 'eur', unit_amount: 1900 })

test('the hosted page shows what is bought and goes back when it is paid', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const session = await open(stripe)
  const page = await (await fetch(session.url ?? '')).text()
  t.regex(page, /Plan of 2000/)
  t.regex(page, /\$20\.00/)
  t.regex(page, /<label for="number">/)
  const paid = await pay(session.url ?? '')
  t.is(paid.status, 302)
  t.is(paid.headers.get('location'), `http://localhost:3000/done?session=${session.id}`)
  const done = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['subscription', 'customer'],
  })
  t.is(done.status, 'complete')
  t.is(done.payment_status, 'paid')
  t.is(done.url, null)
  t.is(done.customer_details?.email, 'ada@example.com')
  const subscription = done.subscription as Stripe.Subscription
  t.is(subscription.status, 'active')
  t.is(subscription.metadata.account_id, 'account-1')
  // The payment comes first: the subscription is born active.
  const types = ['customer.subscription.created', 'customer.subscription.updated']
  const { data: told } = await stripe.events.list({ types })
  t.deepEqual(
    told.map(({ data }) => (data.object as Stripe.Subscription).status),
    ['active'],
  )
  // Paying again changes nothing.
  t.is((await pay(session.url ?? '')).status, 302)
  t.is((await stripe.subscriptions.list()).data.length, 1)
  await assertValid(t, checked)
})

test('a declined card leaves the page open, and the next card pays', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const session = await open(stripe)
  const declined = await pay(session.url ?? '', { number: '4000 0000 0000 0002' })
  t.is(declined.status, 402)
  t.regex(await declined.text(), /role="alert">Your card was declined/)
  t.is((await stripe.checkout.sessions.retrieve(session.id)).status, 'open')
  t.is((await stripe.subscriptions.list()).data.length, 0)
  t.is((await stripe.customers.list()).data.length, 0)
  const types = (await eventsOf(stripe)).map(({ type }) => type)
  t.true(types.includes('payment_intent.payment_failed'))
  t.is((await pay(session.url ?? '')).status, 302)
  await assertValid(t, checked)
})

test('a card that needs authentication asks for it first', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const session = await open(stripe)
  const number = '4000 0025 0000 3155'
  const asked = await pay(session.url ?? '', { number })
  t.is(asked.status, 200)
  t.regex(await asked.text(), /name="authentication" value="done"/)
  t.is((await stripe.subscriptions.list()).data.length, 0)
  const refused = await pay(session.url ?? '', { number, authentication: 'failed' })
  t.is(refused.status, 402)
  const paid = await pay(session.url ?? '', { number, authentication: 'done' })
  t.is(paid.status, 302)
  // Once authenticated, it pays renewals without the customer.
  sandbox.advance({ months: 1, hours: 2 })
  t.true((await stripe.invoices.list()).data.every(({ status }) => status === 'paid'))
})

for (const [iban, paymentStatus, told] of [
  ['DE89370400440532013000', 'paid', 'checkout.session.async_payment_succeeded'],
  ['DE62370400440532013001', 'unpaid', 'checkout.session.async_payment_failed'],
] as const) {
  test(`a bank debit completes the session at once and is settled two days later: ${told}`, async (t) => {
    const checked = await checkedSandbox(t)
    const { stripe, sandbox } = checked
    const price = await oneTime(stripe)
    const session = await open(stripe, {
      mode: 'payment',
      line_items: [{ price: price.id, quantity: 2 }],
      subscription_data: undefined as never,
    })
    await pay(session.url ?? '', { type: 'debit', iban })
    const pending = await stripe.checkout.sessions.retrieve(session.id)
    t.is(pending.status, 'complete')
    t.is(pending.payment_status, 'unpaid')
    t.is(pending.amount_total, 3800)
    sandbox.advance({ days: 2 })
    t.is((await stripe.checkout.sessions.retrieve(session.id)).payment_status, paymentStatus)
    t.is((await eventsOf(stripe)).at(-1)?.type, told)
    await assertValid(t, checked)
  })
}

test('a trial costs nothing now; the method may be left out where it is not required', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const session = await open(stripe, {
    subscription_data: { trial_period_days: 14 },
    payment_method_collection: 'if_required',
  })
  t.is(session.amount_total, 0)
  const page = await (await fetch(session.url ?? '')).text()
  t.notRegex(page, /Card number/)
  t.regex(page, /first 14 days/)
  await pay(session.url ?? '', { number: '' })
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] })
  t.is(done.payment_status, 'no_payment_required')
  t.is((done.subscription as Stripe.Subscription).status, 'trialing')
})

test('a session expires after a day, or when it is told to', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t)
  const [first, second] = [await open(stripe), await open(stripe)]
  await stripe.checkout.sessions.expire(first.id)
  await t.throwsAsync(stripe.checkout.sessions.expire(first.id), { message: /expired/ })
  sandbox.advance({ hours: 25 })
  const told = await stripe.events.list({ type: 'checkout.session.expired' })
  t.deepEqual(
    told.data.map(({ data }) => (data.object as Stripe.Checkout.Session).id),
    [second.id, first.id],
  )
  const late = await pay(second.url ?? '')
  t.is(late.status, 402)
  t.regex(await (await fetch(second.url ?? '')).text(), /Expired/)
})

test('a promotion code that is typed in lowers what is paid; a wrong one is refused', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const coupon = await stripe.coupons.create({ percent_off: 40, duration: 'once' })
  await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    code: 'FORTY',
  })
  const session = await open(stripe, { allow_promotion_codes: true })
  t.is((await pay(session.url ?? '', { promotion_code: 'FIFTY' })).status, 402)
  t.is((await pay(session.url ?? '', { promotion_code: 'FORTY' })).status, 302)
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] })
  t.is(done.amount_total, 1200)
  t.is((done.invoice as Stripe.Invoice).amount_paid, 1200)
  await assertValid(t, checked)
})

test('what a person types is shown as text', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const session = await open(stripe)
  const page = await pay(session.url ?? '', { number: '1', name: '"><script>alert(1)</script>' })
  t.notRegex(await page.text(), /<script>/)
})

const hat = { currency: 'usd', unit_amount: 1999, product_data: { name: 'Hat', images: [] } }

test('what is sold can be described within the session', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const product_data = { name: 'Hat', description: 'Of felt', metadata: { size: 7 } }
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price_data: { ...hat, product_data }, quantity: 2 }],
    success_url,
  })
  t.is(session.amount_total, 3998)
  t.regex(await (await fetch(session.url ?? '')).text(), /Hat/)
  t.is((await pay(session.url ?? '')).status, 302)
  const [line] = (
    await stripe.checkout.sessions.listLineItems(session.id, { expand: ['data.price.product'] })
  ).data
  t.is(line?.description, 'Hat')
  // For this use alone: neither can be chosen, and the price is not listed.
  const { active, type, product } = line?.price ?? {}
  t.deepEqual({ active, type }, { active: false, type: 'one_time' })
  const { name, description, metadata, active: isSold } = product as Stripe.Product
  t.deepEqual(
    { name, description, metadata, isSold },
    { name: 'Hat', description: 'Of felt', metadata: { size: '7' }, isSold: false },
  )
  t.deepEqual((await stripe.prices.list()).data, [])
  const told = (await eventsOf(stripe)).map((event) => event.type)
  t.deepEqual(told.slice(0, 2), ['product.created', 'price.created'])
  t.true(told.includes('checkout.session.completed'))
  await assertValid(t, checked)
})

test('a subscription can be described within the session, with something that is paid once', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe, sandbox } = checked
  const recurring = { interval: 'month', interval_count: 3 } as const
  const session = await open(stripe, {
    line_items: [{ price_data: { ...hat, recurring }, quantity: 1 }, { price_data: hat }],
  })
  t.is((await pay(session.url ?? '')).status, 302)
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] })
  const { status, items } = done.subscription as Stripe.Subscription
  t.is(done.amount_total, 3998)
  t.is(status, 'active')
  t.deepEqual(
    items.data.map(({ price }) => [price.active, price.recurring?.interval_count]),
    [[false, 3]],
  )
  sandbox.advance({ months: 3, hours: 2 })
  const paid = (await stripe.invoices.list()).data.map(({ amount_paid }) => amount_paid)
  t.deepEqual(paid, [1999, 3998])
  await assertValid(t, checked)
})

test('a price that is archived while somebody is on the page is sold to them', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const price = await monthly(stripe)
  const extra = await stripe.prices.create({ ...hat, product_data: { name: 'Hat' } })
  const line_items = [{ price: price.id, quantity: 1 }, { price: extra.id }]
  const session = await open(stripe, { line_items })
  await stripe.prices.update(price.id, { active: false })
  await stripe.prices.update(extra.id, { active: false })
  t.is((await pay(session.url ?? '')).status, 302)
  t.is((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid')
})

for (const [what, price_data, message] of [
  [
    'neither of a product nor of a description of one',
    { product_data: undefined },
    /specify either/,
  ],
  ['of both', { product: 'prod_1' }, /only specify one/],
  ['that recurs, for one payment', { recurring: { interval: 'month' } }, /`payment` mode/],
  ['without an amount', { unit_amount: undefined }, /unit_amount/],
  [
    'of a product without a name',
    { product_data: { description: 'Of felt' } },
    /product_data\]\[name/,
  ],
] as const) {
  test(`a described price ${what} is refused, and leaves nothing behind`, async (t) => {
    const { stripe } = await checkedSandbox(t)
    const line = { price_data: { ...hat, ...price_data } as never }
    await t.throwsAsync(
      stripe.checkout.sessions.create({ mode: 'payment', line_items: [line], success_url }),
      { message },
    )
    t.deepEqual((await stripe.products.list()).data, [])
    t.deepEqual(await eventsOf(stripe), [])
  })
}
