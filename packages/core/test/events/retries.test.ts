import test from 'ava'
import { z } from 'zod'
import { defineEvent } from '../../src/events/event.js'
import { MemoryEventBus } from '../../src/events/memory-bus.js'
import { RetryLater } from '../../src/events/retry-later.js'
import { on, type Handler, type SubscriptionOptions } from '../../src/events/subscription.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'

const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.object({ order: z.string() }) })
type Sold = { order: string }

const quick = { retry: { limit: 2, baseSeconds: 0.001 } }

function handledBy(handler: Handler<Sold>, options: SubscriptionOptions = quick) {
  const { log, lines } = captureLog()
  const bus = new MemoryEventBus(log)
  bus.consume([on(sold, 'test.handler', handler, options)])
  const publish = (order = 'o1') => bus.transaction((tx) => bus.publish(tx, sold, { order }))
  return { bus, lines, publish }
}

test('a handler that fails is tried again with the number of the attempt and the same key', async (t) => {
  const attempts: number[] = []
  const keys = new Set<string>()
  const { bus, publish } = handledBy(async ({ attempt, idempotencyKey }) => {
    attempts.push(attempt)
    keys.add(idempotencyKey)
    if (attempt < 3) throw new Error('not yet')
  })
  await publish()
  await bus.idle()
  t.deepEqual(attempts, [1, 2, 3])
  t.is(keys.size, 1)
  t.deepEqual(await bus.deadLetters.list(), [])
})

test('an event that is never handled becomes a dead letter with its reason, and is logged', async (t) => {
  let attempts = 0
  const { bus, lines, publish } = handledBy(async () => {
    attempts++
    throw new Error('the printer is on fire')
  })
  const { id } = await publish()
  await bus.idle()
  t.is(attempts, 3)
  const letters = await bus.deadLetters.list()
  t.is(letters.length, 1)
  t.like(letters[0], { consumer: 'test.handler', eventId: id, reason: 'the printer is on fire' })
  t.regex(lines.at(-1) ?? '', /became a dead letter/)
})

test('redriven dead letters are delivered afresh and are dead letters no more', async (t) => {
  let mended = false
  const attempts: number[] = []
  const { bus, publish } = handledBy(async ({ attempt }) => {
    if (!mended) throw new Error('not mended')
    attempts.push(attempt)
  })
  await publish('o1')
  await publish('o2')
  await bus.idle()
  mended = true
  t.is(await bus.deadLetters.redrive(), 2)
  await bus.idle()
  t.deepEqual(attempts, [1, 1])
  t.deepEqual(await bus.deadLetters.list(), [])
})

test('dead letters are listed oldest first, and listed and redriven by consumer or id', async (t) => {
  const { bus, publish } = handledBy(() => Promise.reject(new Error('no')), { retry: { limit: 0 } })
  for (const order of ['o1', 'o2', 'o3']) {
    await publish(order)
    await bus.idle()
  }
  const [first, second, third] = await bus.deadLetters.list()
  t.true(Number(first?.at) <= Number(second?.at) && Number(second?.at) <= Number(third?.at))
  t.is((await bus.deadLetters.list({ limit: 2 })).at(-1)?.id, second?.id)
  t.is((await bus.deadLetters.list({ consumer: 'test.other' })).length, 0)
  t.is(await bus.deadLetters.redrive({ consumer: 'test.other' }), 0)
  t.is(await bus.deadLetters.redrive({ ids: [String(second?.id)] }), 1)
  await bus.idle()
  t.deepEqual(
    (await bus.deadLetters.list()).map(({ id }) => id),
    [first?.id, third?.id, second?.id],
  )
})

test('RetryLater waits as long as it says and does not count as an attempt', async (t) => {
  const attempts: number[] = []
  const { bus, publish } = handledBy(
    async ({ attempt }) => {
      attempts.push(attempt)
      if (attempts.length < 5) throw new RetryLater(0.001, 'the provider is busy')
    },
    { retry: { limit: 0, baseSeconds: 3600, maxSeconds: 3600 } },
  )
  await publish()
  await bus.idle()
  t.deepEqual(attempts, [1, 1, 1, 1, 1])
  t.deepEqual(await bus.deadLetters.list(), [])
})

test('stopping aborts the wait for a retry and the signal of the handler', async (t) => {
  let attempts = 0
  const failed = deferred<AbortSignal>()
  const { bus, publish } = handledBy(
    async ({ signal }) => {
      attempts++
      failed.resolve(signal)
      throw new Error('no')
    },
    { retry: { baseSeconds: 3600, maxSeconds: 3600 } },
  )
  await publish()
  const signal = await failed.promise
  await bus.stop()
  t.is(attempts, 1)
  t.true(signal.aborted)
})

test('stopping waits for a handler that is under way', async (t) => {
  const started = deferred<void>()
  const go = deferred<void>()
  let finished = false
  const { bus, publish } = handledBy(async () => {
    started.resolve(undefined)
    await go.promise
    await new Promise((resolve) => setImmediate(resolve))
    finished = true
  })
  await publish()
  await started.promise
  const stopping = bus.stop()
  go.resolve(undefined)
  await stopping
  t.true(finished)
})
