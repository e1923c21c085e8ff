import test from 'ava'
import { PRO, PRO_YEARLY, STARTER, subscriber } from '../billing/subscriber.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

type Subscriber = Awaited<ReturnType<typeof subscriber>>

/** What a smaller plan would cost, and how that is counted. */
const preview = async (it: Subscriber) =>
  (await it.change(STARTER, { preview: true })).body.preview as object

const ANEW = { amountDue: STARTER, credit: 0, isPeriodCounted: false }
const REFUSED = { status: 409, body: { error: { code: 'PERIOD_PARTLY_REFUNDED' } } }

/** A part was given back, and less than that has passed. */
async function isRefused(t: Parameters<typeof subscriber>[0], it: Subscriber) {
  const before = await it.balance()
  t.like(await it.change(STARTER, { preview: true }), REFUSED)
  t.like(await it.change(STARTER), REFUSED)
  t.is(await (await it.agentOf(STARTER)).change(), 'PERIOD_PARTLY_REFUNDED')
  t.is(await it.balance(), before)
}

/** Takes credit off the customer's balance, as whoever refunds has to. */
const takeOff = (it: Subscriber, amount: number) =>
  it.stripe.customers.createBalanceTransaction(it.customer, { amount, currency: 'usd' })

test.serial('a period that was paid by a change and refunded is no credit', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  t.is((await it.change(PRO_YEARLY)).status, 200)
  await it.drained()
  t.is((await it.invoices())[0]?.amountPaid, PRO_YEARLY - PRO)
  await it.refund()
  await isRefused(t, it)
})

test.serial('a new period that was paid by a change and refunded is no credit', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.refund()
  t.is((await it.change(PRO_YEARLY)).status, 200)
  await it.drained()
  t.is((await it.invoices())[0]?.amountPaid, PRO_YEARLY)
  await it.refund()
  t.like(await preview(it), ANEW)
  t.is((await it.change(STARTER)).status, 200)
  t.is(await it.balance(), 0)
})

test.serial('what the first of two changes was credited for may be refunded later', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const [first] = (await it.stripe.charges.list()).data
  t.is((await it.change(PRO_YEARLY)).status, 200)
  await it.stripe.refunds.create({ charge: first?.id ?? '' })
  await it.drained()
  await isRefused(t, it)
})

test.serial('an open dispute waits, a lost one is not paid, a won one is', async (t) => {
  for (const verdict of ['lost', 'won'] as const) {
    const it = await subscriber(t, stage, { plan: PRO })
    const [charge] = (await it.stripe.charges.list()).data
    const dispute = it.sandbox.dispute(charge?.id ?? '')
    await it.drained()
    await isRefused(t, it)
    it.sandbox.decideDispute(dispute, verdict)
    await it.drained()
    const credit = { amountDue: 0, credit: PRO - STARTER, isPeriodCounted: true }
    t.like(await preview(it), verdict === 'lost' ? ANEW : credit)
    await it.world.settle()
  }
})

test.serial('what a credit note has put to the balance is not credited again', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const [invoice] = (await it.stripe.invoices.list()).data
  await it.stripe.creditNotes.create({
    invoice: invoice?.id ?? '',
    amount: PRO,
    credit_amount: PRO,
  })
  await it.drained()
  t.is(await it.balance(), -PRO)
  t.like(await preview(it), { isPeriodCounted: false, credit: 0, amountDue: 0 })
  t.is((await it.change(STARTER)).status, 200)
  t.is(await it.balance(), STARTER - PRO, 'the new period is paid out of it')
})

test.serial('a credit note that was paid out counts once', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const [invoice] = (await it.stripe.invoices.list()).data
  await it.stripe.creditNotes.create({
    invoice: invoice?.id ?? '',
    amount: 2000,
    refund_amount: 2000,
  })
  await it.drained()
  // Most of the period is over: 900 were kept, and less than that is left.
  it.sandbox.advance({ days: 23 })
  t.like(await preview(it), { amountDue: 0, isPeriodCounted: true })
})

test.serial('a renewal that was paid by credit too is not refunded with its card', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.customers.createBalanceTransaction(it.customer, {
    amount: -1900,
    currency: 'usd',
  })
  it.sandbox.advance({ days: 32 })
  await it.drained()
  const [renewal] = await it.invoices()
  t.is(renewal?.amountPaid, 1000)
  await it.refund()
  await isRefused(t, it)
  // By then no more is left of the period than its credit has paid for.
  it.sandbox.advance({ days: 12 })
  t.like(await preview(it), { amountDue: 0, isPeriodCounted: true })
})

test.serial('a refund of a part is counted as soon as that part has passed', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.refund(1000)
  await isRefused(t, it)
  it.sandbox.advance({ days: 12 })
  t.like(await preview(it), { amountDue: 0, isPeriodCounted: true })
  await it.refund(PRO - 1000)
  t.like(await preview(it), ANEW)
})

for (const how of ['refunded', 'charged back'] as const)
  test.serial(`no new period is paid by credit for what was ${how} after it`, async (t) => {
    const it = await subscriber(t, stage, { plan: PRO })
    const [charge] = (await it.stripe.charges.list()).data
    t.is((await it.change(STARTER)).status, 200)
    if (how === 'refunded') await it.refund()
    else it.sandbox.decideDispute(it.sandbox.dispute(charge?.id ?? ''), 'lost')
    await it.drained()
    for (const [to, quantity] of [
      [STARTER, 2],
      [PRO, 1],
      [PRO_YEARLY, 1],
    ] as const) {
      t.like(await it.change(to, { quantity, preview: true }), REFUSED)
      t.like(await it.change(to, { quantity }), REFUSED)
    }
    t.is(await it.balance(), STARTER - PRO)
    const nextPeriod = async () => {
      it.sandbox.advance({ days: 31 })
      await it.drained()
    }
    await nextPeriod()
    t.like(await it.change(PRO), REFUSED, 'that credit has paid for the next one')
    await takeOff(it, PRO - 2 * STARTER)
    await nextPeriod()
    t.is((await it.change(PRO)).status, 200)
  })

test.serial('credit keeps paying, once what was refunded is taken off it', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  t.is((await it.change(STARTER)).status, 200)
  await it.refund(1200)
  await takeOff(it, 1200)
  it.sandbox.advance({ days: 32 })
  await it.drained()
  t.is(await it.balance(), 0)
  t.is((await it.invoices())[0]?.amountPaid, 100)
  t.like(await it.change(PRO, { preview: true }), {
    body: { preview: { isPeriodCounted: true } },
  })
})

test.serial('a change that was refunded leaves what was paid for the period', async (t) => {
  const it = await subscriber(t, stage, { plan: STARTER })
  // The trial is over, and its first period is paid.
  it.sandbox.advance({ days: 20 })
  await it.drained()
  t.is((await it.change(PRO)).status, 200)
  await it.drained()
  await it.refund()
  await isRefused(t, it)
  it.sandbox.advance({ days: 20 })
  t.like(await preview(it), { amountDue: 0, isPeriodCounted: true })
})

test.serial(
  'a change whose credit waits for the next invoice, as the portal makes it, keeps nobody from another',
  async (t) => {
    const plans = await subscriber(t, stage, { plan: PRO })
    const { data: prices } = await plans.stripe.prices.list({ limit: 100 })
    const starter = prices.find(({ unit_amount }) => unit_amount === STARTER)?.id ?? ''
    const byPortal = async (it: Subscriber, change: { price: string } | { quantity: number }) => {
      const [item] = (await it.atStripe()).items.data
      await it.stripe.subscriptions.update(it.subscription, {
        items: [{ id: item?.id ?? '', ...change }],
        proration_behavior: 'create_prorations',
      })
      await it.drained()
    }
    await byPortal(plans, { price: starter })
    t.is((await plans.change(PRO)).status, 200)
    await plans.drained()
    t.is((await plans.shown()).status, 'active')
    const seats = await subscriber(t, stage, { plan: PRO })
    await byPortal(seats, { quantity: 3 })
    t.like(await preview(seats), { isPeriodCounted: true })
  },
)
