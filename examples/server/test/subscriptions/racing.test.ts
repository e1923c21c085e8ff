import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { PRO, STARTER, subscriber } from '../billing/subscriber.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 2 })
test.after.always(() => stage.close())

/** Somebody whose period was refunded: the next change begins a new one, and charges it in full. */
async function refunded(t: Parameters<typeof subscriber>[0]) {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.refund()
  return it
}

for (let round = 1; round <= 3; round++)
  test.serial(`a new period is charged once, however often it is clicked (${round})`, async (t) => {
    const it = await refunded(t)
    const click = await it.changeAsShown(STARTER)
    for (const { status } of await Promise.all([click(), click(), click(), click()]))
      t.is(status, 200)
    t.is(await it.timesPaid(STARTER), 1)
  })

test.serial('a new period is charged once for a person and two agents at once', async (t) => {
  const it = await refunded(t)
  const agent = await it.agentOf(STARTER)
  await Promise.all([it.change(STARTER), agent.change(), agent.change()])
  t.is(await it.timesPaid(STARTER), 1)
  t.is((await it.atStripe()).items.data[0]?.price.unit_amount, STARTER)
})

test.serial('who resumes from four tabs at once is told four times that it is done', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  await it.stripe.subscriptions.pause(it.subscription, {})
  await it.drained()
  const click = () => it.ask('subscription/resume', {})
  const done = { status: 200, body: { subscription: { status: 'active' } } }
  for (const answer of await Promise.all([click(), click(), click(), click()])) t.like(answer, done)
  await it.drained()
  t.is((await it.invoices()).filter(({ status }) => status === 'paid').length, 2)
})

test.serial('clicks that follow each other closely resume once', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const done = { status: 200, body: { subscription: { status: 'active' } } }
  for (const milliseconds of [3, 6, 9, 12]) {
    await it.stripe.subscriptions.pause(it.subscription, {})
    await it.drained()
    const clicks = [0, 1, 2, 3].map((n) =>
      delay(n * milliseconds).then(() => it.ask('subscription/resume', {})),
    )
    for (const answer of await Promise.all(clicks)) t.like(answer, done)
    await it.drained()
  }
})

test.serial('a resumption goes by what Stripe has, not by what we heard last', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const done = { status: 200, body: { subscription: { status: 'active' } } }
  await it.unheard(async () => {
    await it.stripe.subscriptions.pause(it.subscription, {})
    t.like(await it.ask('subscription/resume', {}), done)
    t.is((await it.atStripe()).status, 'active')
  })
  await it.stripe.subscriptions.pause(it.subscription, {})
  await it.drained()
  await it.unheard(async () => {
    await it.stripe.subscriptions.resume(it.subscription, {
      payment_behavior: 'resume_on_payment_success',
    })
    t.like(await it.ask('subscription/resume', {}), done)
  })
})
