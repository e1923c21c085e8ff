import test from 'ava'
import { PRO, PRO_YEARLY, STARTER, subscriber } from '../billing/subscriber.js'
import { askAgent } from '../histories/ask-agent.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

/** Somebody whose present period was never paid, and is not asked for any more. */
async function forgiven(t: Parameters<typeof subscriber>[0], how: 'void' | 'mark_uncollectible') {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.subscriptions.update(it.subscription, { pause_collection: { behavior: how } })
  it.sandbox.advance({ days: 32 })
  await it.drained()
  return {
    ...it,
    collectAgain: () => it.stripe.subscriptions.update(it.subscription, { pause_collection: '' }),
  }
}

test.serial('while nothing is collected no plan is changed, and the error says why', async (t) => {
  const it = await forgiven(t, 'void')
  const refused = { status: 409, body: { error: { code: 'SUBSCRIPTION_NOT_COLLECTED' } } }
  for (const to of [STARTER, PRO_YEARLY]) {
    t.like(await it.change(to), refused)
    t.like(await it.change(to, { preview: true }), refused)
  }
  t.is(await it.balance(), 0)
})

for (const how of ['void', 'mark_uncollectible'] as const)
  test.serial(
    `after an invoice that nobody asks for (${how}) a change begins a period that is paid in full`,
    async (t) => {
      const it = await forgiven(t, how)
      await it.collectAgain()
      const { body } = await it.change(STARTER, { preview: true })
      const preview = body.preview as { prorationDate: number }
      t.like(preview, { amountDue: STARTER, credit: 0, isPeriodCounted: false })
      const { prorationDate } = preview
      t.like(await it.change(STARTER, { prorationDate }), {
        status: 200,
        body: { subscription: { plan: 'Starter', status: 'active' } },
      })
      await it.drained()
      t.is(await it.balance(), 0, 'what was not paid is no credit')
      const [paid] = await it.invoices()
      t.like(paid, { status: 'paid', amountPaid: STARTER })
      const { currentPeriodStart } = await it.shown()
      t.true(Date.parse(currentPeriodStart) / 1000 >= prorationDate)

      t.is((await it.change(PRO)).status, 200, 'and from then on what is paid is counted')
      await it.drained()
      const [rest] = await it.invoices()
      t.is(rest?.amountPaid, PRO - STARTER)
    },
  )

test.serial('a period that was refunded is not given back once more as credit', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const [charge] = (await it.stripe.charges.list()).data
  const refund = (amount: number) =>
    it.stripe.refunds.create({ charge: charge?.id ?? '', amount }).then(() => it.drained())
  const preview = async () => (await it.change(STARTER, { preview: true })).body.preview
  await refund(1000)
  t.like(await preview(), { isPeriodCounted: true }, 'a part of it may have been for anything')
  await refund(PRO - 1000)
  t.like(await preview(), { amountDue: STARTER, credit: 0, isPeriodCounted: false })
  t.is((await it.change(STARTER)).status, 200)
  t.is(await it.balance(), 0)
  await it.drained()
  const [paid] = await it.invoices()
  t.like(paid, { status: 'paid', amountPaid: STARTER })
})

test.serial('a refund of a change leaves what was paid for the period', async (t) => {
  const it = await subscriber(t, stage, { plan: STARTER })
  // The trial is over, and its first period is paid.
  it.sandbox.advance({ days: 20 })
  await it.drained()
  t.is((await it.change(PRO)).status, 200)
  const [charge] = (await it.stripe.charges.list()).data
  await it.stripe.refunds.create({ charge: charge?.id ?? '' })
  await it.drained()
  t.like((await it.change(STARTER, { preview: true })).body.preview, { isPeriodCounted: true })
})

test.serial('an agent is told what a change would cost by the rules of the change', async (t) => {
  const it = await forgiven(t, 'void')
  const [item] = (await it.atStripe()).items.data
  const starter = (await it.stripe.prices.list({ limit: 100 })).data.find(
    ({ unit_amount }) => unit_amount === STARTER,
  )
  const change = {
    subscriptionId: it.subscription,
    itemId: item?.id ?? '',
    priceId: starter?.id ?? '',
  }
  const told = () =>
    askAgent(it.world, (tools, ctx) =>
      ctx
        .tool(tools.previewPlanChange, change)
        .catch((error: unknown) => (error as { code?: string }).code),
    )
  t.is(await told(), 'SUBSCRIPTION_NOT_COLLECTED')
  await it.collectAgain()
  t.like(await told(), { amountDue: STARTER, credit: 0, isPeriodCounted: false })
  await askAgent(it.world, (tools, ctx) => ctx.tool(tools.changePlan, change))
  t.is(await it.balance(), 0)
  t.is((await it.atStripe()).items.data[0]?.price.unit_amount, STARTER)
})
