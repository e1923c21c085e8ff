import test from 'ava'
import { PRO, PRO_YEARLY, STARTER, subscriber } from '../billing/subscriber.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

interface Preview {
  amountDue: number
  credit: number
  quantity: number
  prorationDate: number
  lines: unknown[]
}

test.serial('the credit of a smaller plan is shown, and is what is given', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  it.sandbox.advance({ days: 10 })
  const { body } = await it.change(STARTER, { preview: true })
  const { amountDue, credit, prorationDate } = body.preview as Preview
  t.is(amountDue, 0)
  t.true(credit > 0)
  t.like(body.preview, { isPeriodCounted: true, trial: null })
  t.is((await it.change(STARTER, { shown: { prorationDate, amountDue, credit } })).status, 200)
  t.is(await it.balance(), -credit)
})

test.serial('what is so already costs nothing', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  t.like((await it.change(PRO, { preview: true })).body.preview, {
    ...{ amountDue: 0, credit: 0, lines: [] },
  })
})

test.serial('more seats than are sold at once are kept, and no others asked for', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const [item] = (await it.atStripe()).items.data
  const seats = 1500
  await it.stripe.subscriptions.update(it.subscription, {
    items: [{ id: item?.id ?? '', quantity: seats }],
    proration_behavior: 'always_invoice',
  })
  await it.drained()
  t.like(await it.change(STARTER, { quantity: seats + 1 }), {
    status: 422,
    body: { error: { code: 'QUANTITY_TOO_HIGH' } },
  })
  const { body } = await it.change(STARTER, { preview: true })
  const { quantity, prorationDate, amountDue, credit } = body.preview as Preview
  t.is(quantity, seats)
  const shown = { prorationDate, amountDue, credit }
  t.is((await it.change(STARTER, { quantity, shown })).status, 200)
  t.like((await it.atStripe()).items.data[0], { quantity: seats, price: { unit_amount: STARTER } })
})

test.serial('a preview from before a renewal is outdated after it', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const { currentPeriodEnd } = await it.shown()
  const end = Date.parse(currentPeriodEnd) / 1000
  it.sandbox.advance({ seconds: end - it.sandbox.now - 60 })
  const asShown = await it.changeAsShown(PRO_YEARLY)
  it.sandbox.advance({ seconds: 120 })
  const [renewal] = (await it.stripe.invoices.list({ subscription: it.subscription })).data
  await it.stripe.invoices.finalizeInvoice(renewal?.id ?? '')
  await it.stripe.invoices.pay(renewal?.id ?? '')
  await it.drained()
  t.like(await asShown(), {
    status: 409,
    body: { error: { code: 'PREVIEW_OUTDATED' } },
  })
})

test.serial('a preview of a credit does not become a payment', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const asShown = await it.changeAsShown(STARTER)
  await it.refund()
  t.like(await asShown(), { status: 409, body: { error: { code: 'PREVIEW_OUTDATED' } } })
  t.is((await it.shown()).plan, 'Pro')
  t.is((await it.invoices()).length, 1)
  t.is((await (await it.changeAsShown(STARTER))()).status, 200, 'what is shown now is made')
})

test.serial('what is due is what was shown, or nothing is changed', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const asShown = await it.changeAsShown(PRO_YEARLY)
  await it.stripe.customers.createBalanceTransaction(it.customer, { amount: 500, currency: 'usd' })
  t.like(await asShown(), { status: 409, body: { error: { code: 'PREVIEW_OUTDATED' } } })
  const { body } = await it.change(PRO_YEARLY, { preview: true })
  const { prorationDate } = body.preview as Preview
  const part = await it.change(PRO_YEARLY, { shown: { prorationDate } })
  t.is(part.status, 422, 'the amounts belong to it')
})

for (const end of ['pause', 'cancel'] as const)
  test.serial(
    `a trial that would end in a ${end} without a card is not ended so by a change`,
    async (t) => {
      const it = await subscriber(t, stage, { plan: PRO })
      const id = await it.tryWithoutCard(end)
      await it.drained()
      const before = await it.stripe.subscriptions.retrieve(id)
      const { status, body } = await it.change(PRO, { preview: true })
      t.is(status, end === 'pause' ? 200 : 422)
      if (end === 'pause') t.like(body.preview, { amountDue: PRO, trial: 'ends' })
      t.like(await it.change(PRO), { status: 422, body: { error: { code: 'STRIPE_REFUSED' } } })
      t.deepEqual(await it.stripe.subscriptions.retrieve(id), before)
      const { id: card } = await it.stripe.paymentMethods.attach('pm_card_visa', {
        customer: it.customer,
      })
      await it.stripe.subscriptions.update(id, { default_payment_method: card })
      const asShown = await it.changeAsShown(PRO)
      t.is((await asShown()).status, 200)
      await it.drained()
      t.like(await it.shown(), { plan: 'Pro', status: 'active' })
      t.like((await it.invoices())[0], { status: 'paid', amountPaid: PRO })
    },
  )

test.serial('a trial stays with the plan that has it', async (t) => {
  const it = await subscriber(t, stage, { plan: STARTER })
  t.like(await it.shown(), { status: 'trialing' })
  t.like((await it.change(STARTER, { quantity: 2, preview: true })).body.preview, {
    ...{ amountDue: 0, credit: 0, lines: [], isPeriodCounted: true, trial: 'goes_on' },
  })
  t.is((await it.change(STARTER, { quantity: 2 })).status, 200)
  t.like(await it.shown(), { status: 'trialing' })
  t.deepEqual(
    (await it.invoices()).map(({ amountPaid }) => amountPaid),
    [0],
  )
  t.like((await it.change(PRO, { preview: true })).body.preview, {
    ...{ amountDue: 2 * PRO, isPeriodCounted: false, trial: 'ends' },
  })
  t.is((await (await it.changeAsShown(PRO))()).status, 200)
  await it.drained()
  t.like(await it.shown(), { plan: 'Pro', status: 'active' })
  t.like((await it.invoices())[0], { status: 'paid', amountPaid: 2 * PRO })
})

test.serial('a trial is not ended by a change that may come when it is over', async (t) => {
  const it = await subscriber(t, stage, { plan: STARTER })
  const { trial_end } = await it.atStripe()
  const beforeItsEnd = (seconds: number) =>
    it.sandbox.advance({ seconds: (trial_end ?? 0) - it.sandbox.now - seconds })
  beforeItsEnd(240)
  t.like((await it.change(PRO, { preview: true })).body.preview, { trial: 'ends' })
  beforeItsEnd(90)
  for (const more of [{ preview: true }, {}]) {
    const { status, body } = await it.change(PRO, more)
    t.is(status, 503)
    t.like(body.error, { code: 'TRIAL_ENDING' })
    const { details } = body.error as { details: { retryAfterSeconds: number } }
    t.true(details.retryAfterSeconds > 60 && details.retryAfterSeconds <= 150)
  }
  t.is((await it.change(STARTER, { quantity: 2 })).status, 200, 'a trial that goes on is changed')
  t.like(await it.atStripe(), { status: 'trialing', trial_end })
})
