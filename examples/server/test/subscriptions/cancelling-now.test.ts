import test from 'ava'
import { PRO, STARTER, subscriber, type Shown } from '../billing/subscriber.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

test.serial('who cancels now from two tabs at once is told twice that it is done', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const cancel = () => it.ask('subscription/cancel', { when: 'now' })
  const done = { status: 200, body: { subscription: { status: 'canceled' } } }
  for (const answer of await Promise.all(Array.from({ length: 4 }, cancel))) t.like(answer, done)
  t.like(await cancel(), done, 'and later too')
  t.is((await it.atStripe()).status, 'canceled')
})

test.serial('of several subscriptions none is chosen for its owner', async (t) => {
  const it = await subscriber(t, stage, { plan: PRO })
  const [starter] = (await it.stripe.prices.list({ limit: 100 })).data.filter(
    ({ unit_amount }) => unit_amount === STARTER,
  )
  it.sandbox.advance({ seconds: 5 })
  await it.stripe.subscriptions.create({
    customer: it.customer,
    items: [{ price: starter?.id ?? '' }],
  })
  await it.drained()
  const isOpen = { status: 409, body: { error: { code: 'SUBSCRIPTION_AMBIGUOUS' } } }
  for (const verb of ['cancel', 'resume']) t.like(await it.ask(`subscription/${verb}`, {}), isOpen)
  t.like(await it.change(STARTER), isOpen)
  t.like(await it.change(STARTER, { preview: true }), isOpen)

  const asked = await it.ask('subscription/cancel', { when: 'now' })
  const { details } = asked.body.error as { details: { subscriptions: Shown[] } }
  t.like(details.subscriptions, [
    { plan: 'Starter', status: 'active' },
    { plan: 'Pro', status: 'active' },
  ])
  const [first, second] = details.subscriptions
  const cancel = () => it.ask('subscription/cancel', { when: 'now', subscriptionId: first?.id })
  const done = { status: 200, body: { subscription: { plan: 'Starter', status: 'canceled' } } }
  for (const answer of await Promise.all([cancel(), cancel()])) t.like(answer, done)
  t.like(await cancel(), done, 'a repetition does not take the other one')
  t.like(await it.shown(), { id: second?.id, plan: 'Pro', status: 'active' })
  t.is((await it.ask('subscription/cancel', {})).status, 200, 'one that is alive needs no name')
  t.like(await it.shown(), { id: second?.id, cancelAtPeriodEnd: true })
})
