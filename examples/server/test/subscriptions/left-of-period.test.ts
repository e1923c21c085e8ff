import test from 'ava'
import { PRO, PRO_YEARLY, STARTER, subscriber } from '../billing/subscriber.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

type Subscriber = Awaited<ReturnType<typeof subscriber>>

/** What a change would cost, and how that is counted. */
const preview = async (it: Subscriber, to: number, quantity = 1) =>
  (await it.change(to, { quantity, preview: true })).body.preview as object

const ANEW = { amountDue: STARTER, credit: 0, isPeriodCounted: false }
const REFUSED = { status: 409, body: { error: { code: 'PERIOD_PARTLY_REFUNDED' } } }

/** Changes the number of seats as the portal may: what that costs waits for the next invoice. */
async function byPortal(it: Subscriber, quantity: number) {
  const [item] = (await it.atStripe()).items.data
  await it.stripe.subscriptions.update(it.subscription, {
    items: [{ id: item?.id ?? '', quantity }],
    proration_behavior: 'create_prorations',
  })
  await it.drained()
}

/** A period that was paid together with a fee. */
async function withFee(t: Parameters<typeof subscriber>[0], fee: number) {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.invoiceItems.create({ customer: it.customer, amount: fee, currency: 'usd' })
  it.sandbox.advance({ days: 32 })
  await it.drained()
  t.is((await it.invoices())[0]?.amountPaid, PRO + fee)
  return it
}

test.serial('what credit for an earlier period has paid is left after a refund', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO, quantity: 3 })
  it.sandbox.advance({ days: 5 })
  await byPortal(it, 1)
  it.sandbox.advance({ days: 27 })
  await it.drained()
  t.is((await it.invoices())[0]?.amountPaid, 0, 'the renewal was paid by what the portal credited')
  t.is((await it.change(PRO, { quantity: 5 })).status, 200)
  await it.drained()
  await it.refund()
  t.like(await it.change(STARTER, { quantity: 1, preview: true }), REFUSED)
  // Less than a fifth of the period is left: what its one seat has cost covers five.
  it.sandbox.advance({ days: 26 })
  t.like(await preview(it, STARTER), { isPeriodCounted: true })
})

test.serial('the price of a plan is refunded without the fee that was paid with it', async (t) => {
  const it = await withFee(t, 500)
  await it.refund(PRO)
  t.like(await preview(it, STARTER), ANEW)
})

test.serial('the refund of a fee is not taken for that of the plan', async (t) => {
  const it = await withFee(t, 5000)
  await it.refund(5000)
  t.like(await it.change(STARTER, { preview: true }), REFUSED)
  await it.refund(PRO)
  t.like(await preview(it, STARTER), ANEW)
})

test.serial('a fee on an invoice of its own keeps nobody from a change', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const { customer, subscription } = it
  await it.stripe.invoiceItems.create({ customer, subscription, amount: 500, currency: 'usd' })
  const { id } = await it.stripe.invoices.create({
    ...{ customer, subscription, pending_invoice_items_behavior: 'include' },
  })
  await it.stripe.invoices.pay(id)
  await it.drained()
  const [fee] = (await it.stripe.charges.list()).data
  t.is(fee?.amount, 500)
  const counted = { amountDue: 0, credit: PRO - STARTER, isPeriodCounted: true }
  const dispute = it.sandbox.dispute(fee?.id ?? '')
  await it.drained()
  t.like(await preview(it, STARTER), counted, 'while it is disputed')
  it.sandbox.decideDispute(dispute, 'won')
  await it.refund()
  t.like(await preview(it, STARTER), counted, 'once it is refunded')
})

test.serial('the refund of all of an invoice takes nothing off the others', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.invoiceItems.create({ customer: it.customer, amount: 5000, currency: 'usd' })
  t.is((await it.change(PRO, { quantity: 2 })).status, 200)
  await it.drained()
  t.is((await it.invoices())[0]?.amountPaid, PRO + 5000)
  await it.refund()
  t.like(await it.change(STARTER, { preview: true }), REFUSED)
  // One of the two seats was paid and kept: that covers the rest of both once half of it is over.
  it.sandbox.advance({ days: 17 })
  t.like(await preview(it, STARTER), { isPeriodCounted: true, amountDue: 0 })
})

test.serial(
  'a part that was given back keeps nobody from more seats, and pays for none',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    await it.refund(1000)
    t.like(await preview(it, PRO, 3), { amountDue: 2 * PRO, credit: 0, isPeriodCounted: true })
    t.is((await it.change(PRO, { quantity: 3 })).status, 200)
    await it.drained()
    t.is((await it.invoices())[0]?.amountPaid, 2 * PRO)
    t.like(await it.change(PRO, { quantity: 1 }), REFUSED)
    t.is(await it.balance(), 0)
  },
)

test.serial('more seats are not added to what is disputed, or to nothing', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const [charge] = (await it.stripe.charges.list()).data
  const dispute = it.sandbox.dispute(charge?.id ?? '')
  await it.drained()
  t.like(await it.change(PRO, { quantity: 3, preview: true }), REFUSED)
  it.sandbox.decideDispute(dispute, 'lost')
  await it.drained()
  t.like(await preview(it, PRO, 3), { amountDue: 3 * PRO, isPeriodCounted: false })
})

test.serial('no new period is paid by credit that waits for what was refunded', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO, quantity: 3 })
  await byPortal(it, 1)
  await it.refund()
  for (const [to, quantity] of [
    [STARTER, 1],
    [PRO, 2],
    [PRO_YEARLY, 1],
  ] as const)
    t.like(await it.change(to, { quantity }), REFUSED)
  t.is(await it.balance(), 0)
  const { data: waiting } = await it.stripe.invoiceItems.list({ pending: true })
  for (const { id } of waiting) await it.stripe.invoiceItems.del(id)
  t.is((await it.change(STARTER)).status, 200)
  await it.drained()
  t.is((await it.invoices())[0]?.amountPaid, STARTER)
})

test.serial('where items are billed at several intervals none is changed', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const { data: prices } = await it.stripe.prices.list({ limit: 100 })
  const yearly = prices.find(({ unit_amount }) => unit_amount === PRO_YEARLY)?.id ?? ''
  await it.stripe.subscriptions.update(it.subscription, {
    items: [{ price: yearly }],
    proration_behavior: 'always_invoice',
  })
  await it.drained()
  // The month is refunded, and the year is not.
  const [, month] = (await it.stripe.charges.list()).data
  await it.stripe.refunds.create({ charge: month?.id ?? '' })
  const agent = await it.agentOf(STARTER)
  t.is(await agent.preview(), 'SUBSCRIPTION_MIXED')
  t.is(await agent.change(), 'SUBSCRIPTION_MIXED')
})

test.serial('more fees than a preview shows keep nobody from a change', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  for (let n = 0; n < 12; n++)
    await it.stripe.invoiceItems.create({ customer: it.customer, amount: 100, currency: 'usd' })
  it.sandbox.advance({ seconds: 60 })
  t.like(await preview(it, STARTER), { isPeriodCounted: true })
  t.is((await it.change(STARTER)).status, 200)
  await it.drained()
  const [change] = (await it.stripe.invoices.list()).data
  t.is(change?.lines.has_more, true, 'the fees are billed with it')
})

test.serial(
  'more changes in the portal than a preview shows keep nobody from another',
  async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    for (const quantity of [2, 3, 2, 3, 2, 3]) await byPortal(it, quantity)
    // Not for long: in two minutes four seats lose a cent.
    it.sandbox.advance({ seconds: 5 })
    const seats = { amountDue: 3 * PRO, credit: 0, isPeriodCounted: true }
    t.like(await preview(it, PRO, 4), seats, 'two that wait, and one more')
    t.is((await it.change(PRO, { quantity: 4 })).status, 200)
    await it.drained()
    t.is((await it.invoices())[0]?.amountPaid, 3 * PRO)
  },
)

test.serial('what waits of a period that was refunded is given back to nobody', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO, quantity: 3 })
  for (const quantity of [2, 3, 2, 3, 2, 1]) await byPortal(it, quantity)
  await it.refund()
  it.sandbox.advance({ seconds: 60 })
  t.like(await it.change(STARTER), REFUSED)
  t.is(await it.balance(), 0)
})

test.serial('where changes and fees wait, more than a preview shows, it says so', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  for (let n = 0; n < 4; n++)
    await it.stripe.invoiceItems.create({ customer: it.customer, amount: 100, currency: 'usd' })
  for (const quantity of [2, 1, 2, 1, 2]) await byPortal(it, quantity)
  it.sandbox.advance({ seconds: 60 })
  t.like(await it.change(STARTER, { preview: true }), {
    status: 409,
    body: { error: { code: 'CHANGES_WAITING' } },
  })
  it.sandbox.advance({ days: 32 })
  await it.drained()
  t.like(await preview(it, STARTER), { isPeriodCounted: true })
})
