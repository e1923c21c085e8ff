import test from 'ava'
import type Stripe from 'stripe'
import { assertValid, checkedSandbox, customerWith, monthly, pay } from '../support/sandbox.js'

const success_url = 'http://localhost:3000/done'
const off = { amount_off: 500, currency: 'usd', duration: 'once' as const }

const book = (stripe: Stripe, currency = 'usd') =>
  stripe.prices.create({ product_data: { name: 'Book' }, currency, unit_amount: 1900 })
const sell = (
  stripe: Stripe,
  price: string,
  discounts: Stripe.Checkout.SessionCreateParams.Discount[],
) =>
  stripe.checkout.sessions.create({
    ...{ mode: 'payment', success_url, line_items: [{ price, quantity: 1 }], discounts },
  })

test('a coupon counts where it is redeemed once, and is used up for open pages too', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const coupon = await stripe.coupons.create({ ...off, max_redemptions: 1 })
  const { id: code } = await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
  })
  const price = await book(stripe)
  const [first, second] = [
    await sell(stripe, price.id, [{ coupon: coupon.id }]),
    await sell(stripe, price.id, [{ coupon: coupon.id }]),
  ]
  t.is(first.amount_total, 1400)
  t.is((await stripe.coupons.retrieve(coupon.id)).times_redeemed, 0)
  t.is((await pay(first.url ?? '')).status, 302)
  t.like(await stripe.coupons.retrieve(coupon.id), { times_redeemed: 1, valid: false })
  t.false((await stripe.promotionCodes.retrieve(code)).active)
  const refused = await pay(second.url ?? '')
  t.is(refused.status, 402)
  t.regex(await refused.text(), /used up or has expired/)
  t.is((await stripe.charges.list()).data.length, 1)
  await t.throwsAsync(sell(stripe, price.id, [{ coupon: coupon.id }]), { message: /used up/ })
  await t.throwsAsync(stripe.promotionCodes.update(code, { active: true }), {
    message: /cannot be reactivated/,
  })
  await assertValid(t, checked)
})

test('a promotion code has its own number of redemptions, its own end, and its own customer', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe, sandbox } = checked
  const { id: coupon } = await stripe.coupons.create({ percent_off: 50, duration: 'forever' })
  const promotion = { type: 'coupon' as const, coupon }
  const [ada, bob] = [await customerWith(stripe), await customerWith(stripe)]
  const price = await monthly(stripe)
  const subscribe = ({ id: customer }: Stripe.Customer, promotion_code: string) =>
    stripe.subscriptions.create({
      ...{ customer, items: [{ price: price.id }], discounts: [{ promotion_code }] },
    })

  const one = await stripe.promotionCodes.create({ promotion, max_redemptions: 1 })
  await subscribe(ada, one.id)
  t.like(await stripe.promotionCodes.retrieve(one.id), { active: false, times_redeemed: 1 })
  await t.throwsAsync(subscribe(bob, one.id), { message: /promotion code is invalid/ })

  const day = sandbox.now + 86_400
  const brief = await stripe.promotionCodes.create({ promotion, code: 'BRIEF', expires_at: day })
  await subscribe(ada, brief.id)
  const line_items = [{ price: price.id, quantity: 1 }]
  const page = await stripe.checkout.sessions.create({
    ...{ mode: 'subscription', success_url, line_items, allow_promotion_codes: true },
  })
  sandbox.advance({ hours: 23, seconds: 3600 })
  t.deepEqual((await stripe.promotionCodes.list({ code: 'BRIEF', active: true })).data, [])
  await t.throwsAsync(subscribe(bob, brief.id), { message: /promotion code is invalid/ })
  t.is((await pay(page.url ?? '', { promotion_code: 'BRIEF' })).status, 402)

  const hers = await stripe.promotionCodes.create({ promotion, customer: ada.id })
  await t.throwsAsync(subscribe(bob, hers.id), { message: /promotion code is invalid/ })
  await t.notThrowsAsync(subscribe(ada, hers.id))
  t.is((await stripe.coupons.retrieve(coupon)).times_redeemed, 3)
  await t.throwsAsync(stripe.promotionCodes.create({ promotion, code: hers.code.toLowerCase() }), {
    message: /already exists/,
  })
  const found = await stripe.promotionCodes.list({ code: hers.code.toLowerCase() })
  t.deepEqual(
    found.data.map(({ id }) => id),
    [hers.id],
  )

  const soon = await stripe.coupons.create({ ...off, redeem_by: sandbox.now + 60 })
  sandbox.advance({ seconds: 60 })
  t.false((await stripe.coupons.retrieve(soon.id)).valid)
  await assertValid(t, checked)
})

test('an amount off is of one currency, and a coupon for some products leaves the others alone', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe } = checked
  const coupon = await stripe.coupons.create(off)
  const yen = await book(stripe, 'jpy')
  await t.throwsAsync(sell(stripe, yen.id, [{ coupon: coupon.id }]), {
    message: /in `usd`.* expected currency: `jpy`/,
  })
  const [first, second] = [await monthly(stripe, 2000), await monthly(stripe, 3000)]
  const half = await stripe.coupons.create({
    ...{
      percent_off: 50,
      duration: 'forever',
      applies_to: { products: [second.product as string] },
    },
  })
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    success_url,
    line_items: [first, second].map(({ id: price }) => ({ price, quantity: 1 })),
    discounts: [{ coupon: half.id }],
    expand: ['line_items'],
  })
  t.deepEqual(
    session.line_items?.data.map(({ amount_total }) => amount_total),
    [2000, 1500],
  )
  await pay(session.url ?? '')
  const [invoice] = (await stripe.invoices.list()).data
  t.is(invoice?.amount_paid, session.amount_total ?? undefined)
  await assertValid(t, checked)
})

test('an amount off is spread over the lines by what they cost', async (t) => {
  const { stripe } = await checkedSandbox(t)
  const coupon = await stripe.coupons.create(off)
  const prices = [await monthly(stripe, 100), await monthly(stripe, 1900)]
  const customer = await customerWith(stripe)
  await stripe.subscriptions.create({
    customer: customer.id,
    items: prices.map(({ id: price }) => ({ price })),
    discounts: [{ coupon: coupon.id }],
  })
  const [invoice] = (await stripe.invoices.list()).data
  const amounts = invoice?.lines.data.map((line) => line.discount_amounts?.[0]?.amount)
  t.deepEqual(amounts, [25, 475])
  t.is(invoice?.total, 1500)
})
