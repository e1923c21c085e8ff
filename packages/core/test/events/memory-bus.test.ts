import test from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { defineEvent, type EventEnvelope } from '../../src/events/event.js'
import { MemoryEventBus } from '../../src/events/memory-bus.js'
import { on, type Subscription } from '../../src/events/subscription.js'
import { captureLog } from '../../src/testing/index.js'
import type { Transaction } from '../../src/transaction.js'

const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.object({ order: z.string() }) })
const shipped = defineEvent({
  name: 'shop.shipped',
  version: 1,
  schema: z.object({ order: z.string() }),
})

function consuming(...subscriptions: Subscription[]) {
  const bus = new MemoryEventBus(captureLog().log)
  bus.consume(subscriptions)
  return bus
}

/** A handler that writes down the orders it is told of. */
function noting(consumer = 'test.notes') {
  const orders: string[] = []
  return {
    orders,
    subscription: on(sold, consumer, async ({ payload }) => void orders.push(payload.order)),
  }
}

const publish = (bus: MemoryEventBus, order: string) =>
  bus.transaction((tx) => bus.publish(tx, sold, { order }))

test('every consumer of an event hears it once, and consumers of other events do not', async (t) => {
  const [one, two] = [noting('test.one'), noting('test.two')]
  const deaf = on(shipped, 'test.deaf', async () => t.fail('heard another event'))
  const bus = consuming(one.subscription, deaf, two.subscription)
  await publish(bus, 'o1')
  await bus.idle()
  t.deepEqual([one.orders, two.orders], [['o1'], ['o1']])
})

test('nothing is delivered before the commit', async (t) => {
  const { orders, subscription } = noting()
  const bus = consuming(subscription)
  await bus.transaction(async (tx) => {
    await bus.publish(tx, sold, { order: 'o1' })
    await bus.idle()
    t.deepEqual(orders, [])
  })
  await bus.idle()
  t.deepEqual(orders, ['o1'])
})

test('nothing is delivered where the transaction throws', async (t) => {
  const { orders, subscription } = noting()
  const bus = consuming(subscription)
  const work = async (tx: Transaction) => {
    await bus.publish(tx, sold, { order: 'o1' })
    throw new Error('changed my mind')
  }
  await t.throwsAsync(bus.transaction(work), { message: 'changed my mind' })
  await bus.idle()
  t.deepEqual(orders, [])
})

test('a payload that does not fit is refused to the publisher', async (t) => {
  const bus = consuming()
  const bad = bus.transaction((tx) => bus.publish(tx, sold, { order: 1 } as never))
  await t.throwsAsync(bad, { code: 'INPUT_INVALID', message: /payload of shop\.sold/ })
})

test('what was published before anyone consumed is delivered when they begin', async (t) => {
  const { orders, subscription } = noting()
  const bus = new MemoryEventBus(captureLog().log)
  await publish(bus, 'o1')
  bus.consume([subscription])
  await bus.idle()
  t.deepEqual(orders, ['o1'])
})

const fromStripe = { source: 'stripe', externalId: 'evt_1' }

test('an event from outside is delivered once, however often it is brought', async (t) => {
  const { orders, subscription } = noting()
  const bus = consuming(subscription)
  const bring = () => bus.transaction((tx) => bus.publish(tx, sold, { order: 'o1' }, fromStripe))
  const first = await bring()
  t.false(first.duplicate)
  t.deepEqual(await bring(), { id: first.id, duplicate: true })
  await bus.idle()
  t.deepEqual(orders, ['o1'])
})

test('an event that is brought twice at the same moment is delivered once', async (t) => {
  const { orders, subscription } = noting()
  const bus = consuming(subscription)
  const bring = () =>
    bus.transaction(async (tx) => {
      await bus.publish(tx, sold, { order: 'o1' }, fromStripe)
      await bus.publish(tx, sold, { order: 'o1' }, fromStripe)
    })
  await Promise.all([bring(), bring()])
  await bus.idle()
  t.deepEqual(orders, ['o1'])
})

test('an event whose transaction was rolled back can be brought again', async (t) => {
  const { orders, subscription } = noting()
  const bus = consuming(subscription)
  const bring = (fails: boolean) =>
    bus.transaction(async (tx) => {
      await bus.publish(tx, sold, { order: 'o1' }, fromStripe)
      if (fails) throw new Error('no')
    })
  await t.throwsAsync(bring(true))
  await bring(false)
  await bus.idle()
  t.deepEqual(orders, ['o1'])
})

test('sources do not get into the way of each other', async (t) => {
  const { orders, subscription } = noting()
  const bus = consuming(subscription)
  const bring = (source: string, order: string) =>
    bus.transaction((tx) => bus.publish(tx, sold, { order }, { source, externalId: '1' }))
  await bring('stripe', 'o1')
  await bring('paypal', 'o2')
  await bus.idle()
  t.deepEqual(orders, ['o1', 'o2'])
})

test('a two-step handler prepares outside the transaction and commits with the result', async (t) => {
  const steps: string[] = []
  const subscription = on(sold, 'test.two-step', {
    prepare: async (ctx) => {
      t.false('tx' in ctx)
      steps.push(`prepare ${ctx.idempotencyKey === `test.two-step:${ctx.event.id}`}`)
      return 'a receipt'
    },
    commit: async ({ tx }, prepared) => tx.onCommit(() => steps.push(`committed ${prepared}`)),
  })
  const bus = consuming(subscription)
  await publish(bus, 'o1')
  await bus.idle()
  t.deepEqual(steps, ['prepare true', 'committed a receipt'])
})

test('an event published in a handler carries the chain that led to it', async (t) => {
  const chain: EventEnvelope[] = []
  const ship = on(sold, 'test.ship', async (ctx) => {
    chain.push(ctx.event)
    await ctx.publish(shipped, ctx.payload)
  })
  const note = on(shipped, 'test.note', async ({ event }) => void chain.push(event))
  const bus = consuming(ship, note)
  const { id } = await publish(bus, 'o1')
  await bus.idle()
  const [cause, effect] = chain
  t.like(cause, { id, correlationId: id, causationId: null })
  t.like(effect, { type: 'shop.shipped', correlationId: id, causationId: id })
})

test('what a failing handler published is not delivered', async (t) => {
  const note = on(shipped, 'test.note', async () => t.fail('heard of it'))
  const fail = on(
    sold,
    'test.fail',
    async (ctx) => {
      await ctx.publish(shipped, ctx.payload)
      throw new Error('no')
    },
    { retry: { limit: 0 } },
  )
  const bus = consuming(fail, note)
  await publish(bus, 'o1')
  await bus.idle()
  t.is((await bus.deadLetters.list()).length, 1)
})

const transactions = fc.array(
  fc.record({ orders: fc.array(fc.string(), { maxLength: 4 }), fails: fc.boolean() }),
  { maxLength: 10 },
)

test('each consumer hears each committed event exactly once, and no other', async (t) => {
  await fc.assert(
    fc.asyncProperty(transactions, fc.integer({ min: 1, max: 3 }), async (all, consumers) => {
      const notes = Array.from({ length: consumers }, (_, n) => noting(`test.${n}`))
      const bus = consuming(...notes.map((note) => note.subscription))
      const committed = await Promise.all(
        all.map(async ({ orders, fails }) => {
          const work = async (tx: Transaction) => {
            for (const order of orders) await bus.publish(tx, sold, { order })
            if (fails) throw new Error('rolled back')
            return orders
          }
          return bus.transaction(work).catch(() => [])
        }),
      )
      await bus.idle()
      for (const { orders } of notes) t.deepEqual(orders.toSorted(), committed.flat().toSorted())
    }),
  )
})
