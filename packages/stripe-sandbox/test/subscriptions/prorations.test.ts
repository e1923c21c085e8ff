import test from 'ava'
import type Stripe from 'stripe'
import { assertValid, checkedSandbox, customerWith, monthly } from '../support/sandbox.js'

// A period of 30 days: April 1, 2026, noon.
const APRIL = { startAt: 1_775_044_800 }

async function subscribed(stripe: Stripe, amount: number, coupon?: Stripe.CouponCreateParams) {
  const customer = await customerWith(stripe)
  const price = await monthly(stripe, amount)
  const made = coupon && (await stripe.coupons.create(coupon))
  const { id, items } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    ...(made ? { discounts: [{ coupon: made.id }] } : {}),
  })
  const item = items.data[0]?.id ?? ''
  return {
    id,
    item,
    change: async (to: number, proration_behavior: 'always_invoice' | 'none' = 'always_invoice') =>
      stripe.subscriptions.update(id, {
        items: [{ id: item, price: (await monthly(stripe, to)).id }],
        proration_behavior,
      }),
    balance: async () =>
      ((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).balance,
    last: async () => (await stripe.invoices.list({ limit: 1 })).data[0],
  }
}
const near = (found: number | undefined, wanted: number) => Math.abs((found ?? NaN) - wanted) <= 1

test('what was free gives no credit, and what is free costs nothing', async (t) => {
  const checked = await checkedSandbox(t, APRIL)
  const { stripe, sandbox } = checked
  const free = await subscribed(stripe, 2900, { percent_off: 100, duration: 'forever' })
  sandbox.advance({ days: 15 })
  await free.change(900)
  t.is(await free.balance(), 0)
  await free.change(2900)
  t.is((await free.last())?.total, 0)
  t.is(await free.balance(), 0)
  await stripe.subscriptions.cancel(free.id, { prorate: true, invoice_now: true })
  t.is(await free.balance(), 0)
  await assertValid(t, checked)
})

test('with a discount that runs, both sides of a change are discounted', async (t) => {
  const checked = await checkedSandbox(t, APRIL)
  const { stripe, sandbox } = checked
  const half = await subscribed(stripe, 2000, { percent_off: 50, duration: 'forever' })
  sandbox.advance({ days: 15 })
  await half.change(6000)
  const [credit, rest] = (await half.last())?.lines.data ?? []
  t.true(near(credit?.amount, -500))
  t.true(near(rest?.amount, 1500))
  t.deepEqual([credit?.discountable, rest?.discountable], [false, false])
  const { parent } = credit ?? {}
  const [paid] = (await stripe.invoices.list()).data.slice(-1)
  t.deepEqual(parent?.subscription_item_details?.proration_details?.credited_items, {
    invoice: paid?.id,
    invoice_line_items: [paid?.lines.data[0]?.id],
  } as never)
  // The rest that was charged is itself what is given back.
  sandbox.advance({ days: 7, hours: 12 })
  await half.change(2000)
  t.true(near((await half.last())?.lines.data[0]?.amount, -750))
  await assertValid(t, checked)
})

test('a discount of one invoice is over for what is charged later, and was had by what is credited', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t, APRIL)
  const once = await subscribed(stripe, 2000, {
    ...{ amount_off: 1500, currency: 'usd', duration: 'once' },
  })
  sandbox.advance({ days: 15 })
  await once.change(1000)
  const [credit, rest] = (await once.last())?.lines.data ?? []
  t.true(near(credit?.amount, -250))
  t.true(near(rest?.amount, 500))
})

test('a change without proration leaves the original charge to be credited, once', async (t) => {
  const { stripe, sandbox } = await checkedSandbox(t, APRIL)
  const sub = await subscribed(stripe, 6000)
  await sub.change(1000, 'none')
  sandbox.advance({ days: 15 })
  await sub.change(0)
  t.true(near(await sub.balance(), -3000))
  await sub.change(1000, 'none')
  await sub.change(2000)
  t.true(near(await sub.balance(), -2000))
})

test('an end of the period moves with the period; an end at a date stays', async (t) => {
  const checked = await checkedSandbox(t, APRIL)
  const { stripe, sandbox } = checked
  const yearly = await stripe.prices.create({
    product_data: { name: 'Yearly' },
    ...{ currency: 'usd', unit_amount: 30_000, recurring: { interval: 'year' } },
  })
  const [ends, dated] = [await subscribed(stripe, 2000), await subscribed(stripe, 2000)]
  await stripe.subscriptions.update(ends.id, { cancel_at_period_end: true })
  const at = { cancel_at: 'min_period_end' as const }
  const { cancel_at: date } = await stripe.subscriptions.update(dated.id, at)
  sandbox.advance({ days: 15 })
  const toYear = (sub: { id: string; item: string }) =>
    stripe.subscriptions.update(sub.id, { items: [{ id: sub.item, price: yearly.id }] })
  const moved = await toYear(ends)
  t.true(moved.cancel_at_period_end)
  t.is(moved.cancel_at, moved.items.data[0]?.current_period_end ?? 0)
  t.true((moved.cancel_at ?? 0) - sandbox.now > 360 * 86_400)
  t.is((await toYear(dated)).cancel_at, date)
  // Whatever was told meanwhile said the same.
  const { data: told } = await stripe.events.list({ type: 'customer.subscription.updated' })
  for (const { data } of told) {
    const { cancel_at_period_end, cancel_at, items } = data.object as Stripe.Subscription
    if (cancel_at_period_end) t.is(cancel_at, items.data[0]?.current_period_end ?? 0)
  }
  sandbox.advance({ days: 20 })
  t.is((await stripe.subscriptions.retrieve(ends.id)).status, 'active')
  t.is((await stripe.subscriptions.retrieve(dated.id)).status, 'canceled')
  sandbox.advance({ months: 12 })
  t.is((await stripe.subscriptions.retrieve(ends.id)).status, 'canceled')
  await assertValid(t, checked)
})
