import test from 'ava'
import { PRO, PRO_YEARLY, STARTER, subscriber } from '../billing/subscriber.js'
import { openStage } from '../histories/stage.js'

const stage = await openStage({ processes: 1 })
test.after.always(() => stage.close())

/** A subscription with so many items that Stripe does not show the last one with it. */
async function withItems(t: Parameters<typeof subscriber>[0], last: number) {
  const it = await subscriber(t, stage, { plan: PRO })
  const { data: prices } = await it.stripe.prices.list({ limit: 100 })
  const product = prices.find(({ unit_amount }) => unit_amount === PRO)?.product
  const extras = Array.from({ length: 10 }, (_, n) => ({
    price_data: {
      ...{ currency: 'usd', unit_amount: 100 + n, product: product as string },
      recurring: { interval: 'month' as const },
    },
  }))
  const price = prices.find(({ unit_amount }) => unit_amount === last)?.id ?? ''
  await it.stripe.subscriptions.update(it.subscription, {
    items: [...extras, { price }],
    proration_behavior: 'always_invoice',
  })
  await it.drained()
  const { items } = await it.atStripe()
  t.like(items, { has_more: true, data: { length: 10 } })
  const all = await it.stripe.subscriptionItems.list({ subscription: it.subscription, limit: 100 })
  return { it, lastItem: all.data.at(-1)?.id ?? '' }
}

test.serial('an item that Stripe does not show with its subscription is changed', async (t) => {
  const { it, lastItem } = await withItems(t, STARTER)
  const agent = await it.agentOf(PRO, { itemId: lastItem })
  t.like(await agent.preview(), { isPeriodCounted: true })
  t.like(await agent.change(), { id: it.subscription })
  const { price } = await it.stripe.subscriptionItems.retrieve(lastItem)
  t.is(price.unit_amount, PRO)
})

test.serial('nor does the interval of such an item stay unseen', async (t) => {
  const { it } = await withItems(t, PRO_YEARLY)
  t.is(await (await it.agentOf(STARTER)).change(), 'SUBSCRIPTION_MIXED')
})

test.serial(
  'where Stripe shows too little of what a change of many costs, it says why',
  async (t) => {
    const { it, lastItem } = await withItems(t, STARTER)
    const agent = await it.agentOf(PRO_YEARLY, { itemId: lastItem })
    t.is(await agent.preview(), 'SUBSCRIPTION_MIXED', 'and not that something waits: nothing does')
    t.is(await agent.change(), 'SUBSCRIPTION_MIXED')
  },
)
