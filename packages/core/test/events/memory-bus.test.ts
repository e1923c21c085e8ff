import test from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { defineEvent } from '../../src/events/event.js'
import { EventBus } from '../../src/events/event-bus.js'
import { MemoryEventBus } from '../../src/events/memory-bus.js'
import { on, type Handler, type SubscriptionOptions } from '../../src/events/subscription.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { UnitOfWork, type Transaction } from '../../src/transaction.js'
import { deferred } from '../deferred.js'

// What every bus does is examined by the conformance suite, in ../testing/bus-conformance.test.ts.

const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.object({ order: z.string() }) })

/** A handler that writes down the orders it is told of. */
function noting(consumer: string) {
  const orders: string[] = []
  return {
    orders,
    subscription: on(sold, consumer, async ({ payload }) => void orders.push(payload.order)),
  }
}

function handledBy(handler: Handler<{ order: string }>, options: SubscriptionOptions) {
  const { log, lines } = captureLog()
  const bus = new MemoryEventBus(log)
  bus.consume([on(sold, 'test.handler', handler, options)])
  const publish = () => bus.transaction((tx) => bus.publish(tx, sold, { order: 'o1' }))
  return { bus, lines, publish }
}

const transactions = fc.array(
  fc.record({ orders: fc.array(fc.string(), { maxLength: 4 }), fails: fc.boolean() }),
  { maxLength: 10 },
)

test('each consumer hears each committed event exactly once, and no other', async (t) => {
  await fc.assert(
    fc.asyncProperty(transactions, fc.integer({ min: 1, max: 3 }), async (all, consumers) => {
      const notes = Array.from({ length: consumers }, (_, n) => noting(`test.${n}`))
      const bus = new MemoryEventBus(captureLog().log)
      bus.consume(notes.map((note) => note.subscription))
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

test('an event that becomes a dead letter is logged', async (t) => {
  const fails = () => Promise.reject(new Error('the printer is on fire'))
  const { bus, lines, publish } = handledBy(fails, { retry: { limit: 0 } })
  await publish()
  await bus.idle()
  t.regex(lines.at(-1) ?? '', /the printer is on fire.*became a dead letter/)
})

test('a handler that ignores the stop is cut off, and commits nothing afterwards', async (t) => {
  const begun = deferred<void>()
  const released = deferred<void>()
  const committed: string[] = []
  let begins = 0
  const deaf = on(
    sold,
    'test.deaf',
    async ({ tx }) => {
      begins++
      begun.resolve(undefined)
      await released.promise
      tx.onCommit(() => committed.push('late'))
    },
    { concurrency: 1, retry: { limit: 0 } },
  )
  const { log, lines } = captureLog()
  const shop = definePlugin({ name: 'shop', events: [sold], setup: () => ({ on: [deaf] }) })
  const forge = createForge({ plugins: [shop()], log, stopTimeoutMs: 6_000 })
  await forge.start()
  const bus = forge.get(EventBus)
  await forge.get(UnitOfWork).transaction(async (tx) => {
    for (const order of ['o1', 'o2']) await bus.publish(tx, sold, { order })
  })
  await begun.promise
  await t.notThrowsAsync(forge.stop())
  released.resolve(undefined)
  await new Promise((resolve) => setImmediate(resolve))
  t.is(begins, 1, 'another event was begun')
  t.deepEqual(committed, [])
  t.deepEqual(await bus.deadLetters.list(), [])
  t.true(lines.some((line) => line.includes('did not end before the bus stopped')))
})

test('stopping ends the wait for a retry', async (t) => {
  let attempts = 0
  const failed = deferred<void>()
  const { bus, publish } = handledBy(
    async () => {
      attempts++
      failed.resolve(undefined)
      throw new Error('no')
    },
    { retry: { baseSeconds: 3600, maxSeconds: 3600 } },
  )
  await publish()
  await failed.promise
  await bus.stop()
  t.is(attempts, 1)
})
