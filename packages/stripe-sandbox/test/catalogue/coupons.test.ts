import test from 'ava'
import type Stripe from 'stripe'
import { assertValid, checkedSandbox, customerWith, monthly } from '../support/sandbox.js'

test('a coupon that was deleted is found by nobody, and stays with those who have it', async (t) => {
  const checked = await checkedSandbox(t)
  const { stripe, sandbox } = checked
  const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'forever' })
  const [price, customer] = [await monthly(stripe), await customerWith(stripe)]
  const wanted = {
    customer: customer.id,
    items: [{ price: price.id }],
    discounts: [{ coupon: coupon.id }],
  }
  const { id } = await stripe.subscriptions.create(wanted)
  await stripe.coupons.del(coupon.id)

  await t.throwsAsync(stripe.coupons.retrieve(coupon.id), { message: /No such coupon/ })
  await t.throwsAsync(stripe.coupons.del(coupon.id), { message: /No such coupon/ })
  t.deepEqual((await stripe.coupons.list()).data, [])
  await t.throwsAsync(stripe.subscriptions.create(wanted))
  const kept = await stripe.subscriptions.retrieve(id, { expand: ['discounts.source.coupon'] })
  const [discount] = kept.discounts as Stripe.Discount[]
  t.is((discount?.source.coupon as Stripe.Coupon).percent_off, 25)
  // A price without tiers has none to be asked for.
  const expand = ['data.discounts.source.coupon', 'data.price.tiers']
  t.is((await stripe.subscriptionItems.list({ subscription: id, expand })).data.length, 1)
  sandbox.advance({ months: 1, hours: 2 })
  const paid = (await stripe.invoices.list()).data.map(({ amount_paid }) => amount_paid)
  t.deepEqual(paid, [1500, 1500])
  await assertValid(t, checked)
})
