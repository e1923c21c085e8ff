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
  t.is((await it.change(STARTER, { prorationDate })).status, 200)
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
  const { quantity, prorationDate } = body.preview as Preview
  t.is(quantity, seats)
  t.is((await it.change(STARTER, { quantity, prorationDate })).status, 200)
  t.like((await it.atStripe()).items.data[0], { quantity: seats, price: { unit_amount: STARTER } })
})

test.serial('a preview from before a renewal is outdated after it', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const { currentPeriodEnd } = await it.shown()
  const end = Date.parse(currentPeriodEnd) / 1000
  it.sandbox.advance({ seconds: end - it.sandbox.now - 60 })
  const { body } = await it.change(PRO_YEARLY, { preview: true })
  const { prorationDate } = body.preview as Preview
  it.sandbox.advance({ seconds: 120 })
  const [renewal] = (await it.stripe.invoices.list({ subscription: it.subscription })).data
  await it.stripe.invoices.finalizeInvoice(renewal?.id ?? '')
  await it.stripe.invoices.pay(renewal?.id ?? '')
  await it.drained()
  t.like(await it.change(PRO_YEARLY, { prorationDate }), {
    status: 409,
    body: { error: { code: 'PREVIEW_OUTDATED' } },
  })
})
