import test from 'ava'
import { PRO, PRO_YEARLY, STARTER, subscriber, type Previewed } from '../billing/subscriber.js'
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
      const preview = body.preview as Previewed
      t.like(preview, { amountDue: STARTER, credit: 0, isPeriodCounted: false })
      const { amountDue, credit, prorationDate } = preview
      t.like(await it.change(STARTER, { shown: { amountDue, credit, prorationDate } }), {
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

test.serial('an agent is told what a change would cost by the rules of the change', async (t) => {
  const it = await forgiven(t, 'void')
  const agent = await it.agentOf(STARTER)
  t.is(await agent.preview(), 'SUBSCRIPTION_NOT_COLLECTED')
  await it.collectAgain()
  t.like(await agent.preview(), { amountDue: STARTER, credit: 0, isPeriodCounted: false })
  await agent.change()
  t.is(await it.balance(), 0)
  t.is((await it.atStripe()).items.data[0]?.price.unit_amount, STARTER)
})
