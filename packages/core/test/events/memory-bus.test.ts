import test from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { EventBus } from '../../src/events/event-bus.js'
import { defineEvent } from '../../src/events/event.js'
import { MemoryEventBus } from '../../src/events/memory-bus.js'
import { on, type Handler, type SubscriptionOptions } from '../../src/events/subscription.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { UnitOfWork, type Transaction } from '../../src/transactions/transaction.js'
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

for (const prepares of [false, true]) {
  const most = prepares ? 10 : 4
  test(`where no concurrency is given, ${most} events are handled at once${prepares ? ' that are prepared' : ''}`, async (t) => {
    const released = deferred<void>()
    let begun = 0
    const work = async () => {
      begun++
      await released.promise
    }
    const bus = new MemoryEventBus(captureLog().log)
    const name = 'test.handler'
    bus.consume([prepares ? on(sold, name, { prepare: work, commit: work }) : on(sold, name, work)])
    const messages = Array.from({ length: 100 }, (_, n) => ({ payload: { order: `o${n}` } }))
    await bus.transaction((tx) => bus.publishAll(tx, sold, messages))
    await new Promise((resolve) => setImmediate(resolve))
    t.is(begun, most)
    released.resolve(undefined)
    await bus.idle()
  })
}

test('what a bus had not delivered is told when it closes, each event once', async (t) => {
  const failed = deferred<void>()
  const { log, lines } = captureLog()
  const bus = new MemoryEventBus(log)
  const fails = async () => {
    failed.resolve(undefined)
    throw new Error('no')
  }
  const options = { retry: { baseSeconds: 3600, maxSeconds: 3600 } }
  bus.consume([on(sold, 'test.one', fails, options), on(sold, 'test.two', fails, options)])
  const publish = (order: string) => bus.transaction((tx) => bus.publish(tx, sold, { order }))
  await publish('paused')
  await failed.promise
  await bus.stop()
  await publish('while others stop')
  bus.close([])
  t.like(JSON.parse(lines.at(-1) ?? ''), { level: 40, events: 2 })
  t.regex(lines.at(-1) ?? '', /what it had not delivered is lost/)
})

test('a bus that has delivered everything closes without a word', async (t) => {
  const { bus, lines, publish } = handledBy(async () => undefined, {})
  await publish()
  await bus.idle()
  await bus.stop()
  bus.close([])
  t.deepEqual(lines, [])
})

test('what is published, replayed or redriven after the close is refused, and what is committed then is told', async (t) => {
  const { bus, lines } = handledBy(async () => undefined, {})
  const begun = deferred<void>()
  const released = deferred<void>()
  const committed = bus.transaction(async (tx) => {
    await bus.publish(tx, sold, { order: 'o1' })
    begun.resolve(undefined)
    await released.promise
  })
  await begun.promise
  await bus.stop()
  bus.close([])
  const late = bus.transaction((tx) => bus.publish(tx, sold, { order: 'o2' }))
  await t.throwsAsync(late, { code: 'FORGE_STATE', message: /stopped cannot publish an event/ })
  await t.throwsAsync(bus.replay('test.handler'), { code: 'FORGE_STATE' })
  await t.throwsAsync(bus.deadLetters.redrive(), { code: 'FORGE_STATE' })
  released.resolve(undefined)
  await committed
  t.regex(lines.at(-1) ?? '', /committed after the bus had stopped, and is lost/)
})

test('a transaction whose work throws before it has a promise is over', async (t) => {
  const bus = new MemoryEventBus(captureLog().log)
  let kept: Transaction | undefined
  const failing = bus.transaction((tx) => {
    kept = tx
    throw new Error('at once')
  })
  await t.throwsAsync(failing, { message: 'at once' })
  t.throws(() => kept?.onCommit(() => t.fail('it ran')), { code: 'TRANSACTION_OVER' })
})

for (const order of ['key', undefined] as const) {
  test(`what is applied is delivered again, replayed as soon as that is${order ? ' in order' : ''}`, async (t) => {
    const counts: Promise<number>[] = []
    const bus = new MemoryEventBus(captureLog().log)
    const keyed = { ...sold, key: () => 'any' }
    const handler = on(
      keyed,
      'test.handler',
      async ({ tx }) =>
        tx.onCommit(() => {
          if (counts.length < 2) counts.push(bus.replay('test.handler'))
        }),
      { order },
    )
    bus.consume([handler])
    await bus.transaction((tx) => bus.publish(tx, keyed, { order: 'o1' }))
    await bus.idle()
    t.deepEqual(await Promise.all(counts), [1, 1])
  })
}

test('whatever is replayed and whenever, each event is at work once at a time', async (t) => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ step: fc.constant('publish' as const), key: fc.constantFrom('a', 'b', 'none') }),
      fc.record({ step: fc.constant('replay' as const) }),
      fc.record({ step: fc.constant('turn' as const) }),
    ),
    { maxLength: 30 },
  )
  const options = fc.constantFrom<SubscriptionOptions>(
    {},
    { concurrency: 1 },
    { limit: { per: 'key', count: 2 } },
    { order: 'key' },
    { order: 'key', concurrency: 1 },
  )
  const keyed = {
    ...sold,
    key: ({ order }: { order: string }) => (order.startsWith('none') ? undefined : order[0]),
  }
  await fc.assert(
    fc.asyncProperty(steps, options, fc.infiniteStream(fc.boolean()), async (all, given, fails) => {
      const bus = new MemoryEventBus(captureLog().log)
      const atWork = new Set<string>()
      const applied = new Map<string, number>()
      const handler = on(
        keyed,
        'test.handler',
        async ({ payload: { order }, tx }) => {
          // In order, what was taken from its attempt may still be at work when it is delivered again.
          if (!given.order) t.false(atWork.has(order), `${order} is at work already`)
          atWork.add(order)
          tx.onCommit(() => applied.set(order, (applied.get(order) ?? 0) + 1))
          await new Promise((resolve) => setImmediate(resolve))
          atWork.delete(order)
          if (fails.next().value) throw new Error('not yet')
        },
        { ...given, retry: { limit: 1_000, baseSeconds: 0, maxSeconds: 0 } },
      )
      bus.consume([handler])
      const published: string[] = []
      let queued = 0
      for (const one of all) {
        if (one.step === 'publish') {
          const order = `${one.key}${published.length}`
          published.push(order)
          await bus.transaction((tx) => bus.publish(tx, keyed, { order }))
        } else if (one.step === 'replay') queued += await bus.replay('test.handler')
        else await new Promise((resolve) => setImmediate(resolve))
      }
      await bus.idle()
      const sum = [...applied.values()].reduce((total, n) => total + n, 0)
      t.deepEqual([...applied.keys()].toSorted(), published.toSorted())
      if (given.order) t.true(sum <= published.length + queued)
      else t.is(sum, published.length + queued)
    }),
    { numRuns: 60 },
  )
})
