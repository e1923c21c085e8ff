import { waitFor } from '@titanforge/core/testing'
import test from 'ava'
import type Stripe from 'stripe'
import { checkedSandbox, customerWith, eventsOf, monthly } from '../support/sandbox.js'
import { receiver, SECRET } from '../support/receiver.js'

const subscribe = async (stripe: Stripe) => {
  const customer = await customerWith(stripe)
  const price = await monthly(stripe)
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
}
const idsOf = (deliveries: { event: { id: string } }[]) => deliveries.map(({ event }) => event.id)

test('every event arrives once, in order, with a signature that the client accepts', async (t) => {
  const endpoint = await receiver(t)
  const { stripe, sandbox } = await checkedSandbox(t, {
    webhook: { url: endpoint.url, secret: SECRET },
  })
  await subscribe(stripe)
  t.is(await sandbox.drain(), 0)
  const told = await eventsOf(stripe)
  t.true(told.length > 10)
  t.deepEqual(
    idsOf(endpoint.deliveries),
    told.map(({ id }) => id),
  )
  t.is(endpoint.forged, 0)
  t.true(told.every(({ pending_webhooks }) => pending_webhooks === 0))
})

test('an endpoint made by the API hears of the types that it asked for, in its version', async (t) => {
  const endpoint = await receiver(t)
  const { stripe, sandbox } = await checkedSandbox(t)
  const made = await stripe.webhookEndpoints.create({
    url: endpoint.url,
    enabled_events: ['customer.subscription.created', 'invoice.paid'],
    api_version: '2024-06-20',
  })
  t.regex(made.secret ?? '', /^whsec_\w{32}$/)
  t.is((await stripe.webhookEndpoints.retrieve(made.id)).secret, undefined)
  // Signed with its own secret, so our receiver refuses it.
  await subscribe(stripe)
  await sandbox.drain()
  t.is(endpoint.forged, 2)
  await stripe.webhookEndpoints.update(made.id, { disabled: true })
  await subscribe(stripe)
  await sandbox.drain()
  t.is(endpoint.forged, 2)
})

test('a delivery that fails is made again, later each time, for three days', async (t) => {
  const endpoint = await receiver(t)
  endpoint.status = 500
  const { stripe, sandbox } = await checkedSandbox(t, {
    webhook: { url: endpoint.url, secret: SECRET, events: ['product.created'] },
  })
  await stripe.products.create({ name: 'Pro' })
  const waiting = async () => {
    const answer = await fetch(`${sandbox.url}/_sandbox/deliveries`)
    const { data } = (await answer.json()) as { data: { attempts: number; due: number | null }[] }
    return data[0]
  }
  const after = (attempts: number) =>
    waitFor(async () => {
      const delivery = await waiting()
      return delivery?.attempts === attempts && delivery
    })
  const first = await after(1)
  t.true((first.due ?? 0) - sandbox.now > 200)
  let pause = 0
  for (let attempt = 1; attempt < 10; attempt += 1) {
    const { due } = await after(attempt)
    const next = (due ?? 0) - sandbox.now
    t.true(next + 5 >= pause)
    pause = next
    sandbox.advance({ seconds: next + 1 })
  }
  t.is((await after(10)).due, null)
})

test('what failed arrives when the endpoint is back', async (t) => {
  const endpoint = await receiver(t)
  endpoint.status = 503
  const { stripe, sandbox } = await checkedSandbox(t, {
    webhook: { url: endpoint.url, secret: SECRET },
  })
  await subscribe(stripe)
  endpoint.status = 200
  sandbox.advance({ hours: 1 })
  t.is(await sandbox.drain(), 0)
  t.is(new Set(idsOf(endpoint.deliveries)).size, (await eventsOf(stripe)).length)
})

test('chaos: doubled, shuffled, dropped and delayed, everything still arrives', async (t) => {
  const endpoint = await receiver(t)
  const { stripe, sandbox } = await checkedSandbox(t, {
    webhook: { url: endpoint.url, secret: SECRET },
    chaos: { duplicate: 0.5, reorder: 6, drop: 0.3, delay: 3 },
  })
  await subscribe(stripe)
  await subscribe(stripe)
  t.is(await sandbox.drain(), 0)
  const order = idsOf(endpoint.deliveries)
  const told = (await stripe.events.list({ limit: 100 })).data.map(({ id }) => id).reverse()
  t.true(told.every((id) => order.includes(id)))
  t.true(order.length > new Set(order).size, 'some came twice')
  t.notDeepEqual(
    [...new Set(order)].filter((id) => told.includes(id)),
    told,
  )
})

test('chaos: two events tell of one change', async (t) => {
  const endpoint = await receiver(t)
  const { stripe, sandbox } = await checkedSandbox(t, {
    webhook: { url: endpoint.url, secret: SECRET },
    chaos: { twin: 1 },
  })
  const { id } = await stripe.products.create({ name: 'Pro' })
  t.is(await sandbox.drain(), 0)
  const [first, second] = endpoint.deliveries.map(({ event }) => event)
  t.not(first?.id, second?.id)
  t.deepEqual(first?.data, second?.data)
  t.is((second?.data.object as Stripe.Product).id, id)
})

test('chaos: what is lost never arrives, but the list of events has it', async (t) => {
  const endpoint = await receiver(t)
  const { stripe, sandbox } = await checkedSandbox(t, {
    webhook: { url: endpoint.url, secret: SECRET },
  })
  sandbox.chaos({ lose: 1 })
  await subscribe(stripe)
  sandbox.chaos({ lose: 0 })
  await stripe.products.create({ name: 'Heard of' })
  t.is(await sandbox.drain(), 0)
  t.is(endpoint.deliveries.length, 1)
  t.true((await eventsOf(stripe)).length > 10)
})

test('chaos: everything happens in the same second, in an older version', async (t) => {
  const endpoint = await receiver(t)
  const { stripe, sandbox } = await checkedSandbox(t, {
    webhook: { url: endpoint.url, secret: SECRET },
    chaos: { same_second: 3600, api_version: '2024-06-20' },
  })
  const { id } = await subscribe(stripe)
  t.is(await sandbox.drain(), 0)
  t.true(endpoint.deliveries.every(({ event }) => event.created % 3600 === 0))
  const updated = endpoint.deliveries.find(
    ({ event }) => event.type === 'customer.subscription.updated',
  )
  t.is(updated?.raw.api_version, '2024-06-20')
  t.is(typeof updated?.raw.data.object.current_period_end, 'number')
  const paid = endpoint.deliveries.find(({ event }) => event.type === 'invoice.paid')
  t.is(paid?.raw.data.object.subscription, id)
})

test('the same seed makes the same ids and the same chaos', async (t) => {
  const runs: string[][] = []
  for (let run = 0; run < 2; run += 1) {
    const endpoint = await receiver(t)
    const { stripe, sandbox } = await checkedSandbox(t, {
      seed: 'the same',
      webhook: { url: endpoint.url, secret: SECRET },
      chaos: { duplicate: 0.5 },
    })
    await subscribe(stripe)
    await sandbox.drain()
    runs.push(idsOf(endpoint.deliveries))
  }
  t.true((runs[0]?.length ?? 0) > 10)
  t.deepEqual(runs[0], runs[1])
})
