import { setTimeout as namedTimeout } from 'node:timers'
import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { z } from 'zod'
import { defineEvent } from '../../src/events/event.js'
import { RetryLater } from '../../src/events/retry-later.js'
import { on, type SubscriptionOptions } from '../../src/events/subscription.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { fakeClock, scriptedAgent, testForge } from '../../src/testing/index.js'
import { UnitOfWork } from '../../src/transactions/transaction.js'

const HOUR = 3_600_000
const never = () => new Promise<never>(() => undefined)
const sold = defineEvent({
  name: 'shop.sold',
  version: 1,
  schema: z.string(),
  key: (hat) => hat,
})

test.serial('time stands still until it is moved on, for timers of every door', async (t) => {
  const clock = fakeClock(t, { now: new Date('2026-02-28T23:59:00Z') })
  const rung: string[] = []
  setTimeout(() => rung.push('global'), 60_000)
  namedTimeout(() => rung.push('named'), 60_000)
  void delay(60_000).then(() => rung.push('promised'))
  const interval = setInterval(() => rung.push('again'), 25_000)
  await clock.advance(59_999)
  t.deepEqual(rung, ['again', 'again'])
  await clock.advance(1)
  clearInterval(interval)
  t.deepEqual(rung, ['again', 'again', 'global', 'named', 'promised'])
  t.is(new Date().toISOString(), '2026-03-01T00:00:00.000Z')
})

test.serial('time goes on as ever when the test that stopped it has ended', async (t) => {
  const before = Date.now()
  await delay(2)
  t.true(Date.now() > before)
  t.true(Math.abs(before - performance.timeOrigin - performance.now()) < HOUR)
})

test.serial('a run ends at its limit, and not before', async (t) => {
  const clock = fakeClock(t)
  const { forge } = await testForge(t, [])
  const agent = scriptedAgent({
    name: 'slow',
    timeoutMs: HOUR,
    answers: [(_input, { signal }) => ends(signal)],
  })
  let ended = false
  const run = t.throwsAsync(forge.run(agent, {}), { code: 'RUN_TIMED_OUT' })
  void run.then(() => (ended = true))
  await clock.advance(HOUR - 1)
  t.false(ended)
  await clock.advance(1)
  t.true(ended)
})

const ends = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('told to stop')))
  })

test.serial('a plugin that hangs is given up on after its time', async (t) => {
  const clock = fakeClock(t)
  const hangs = definePlugin({ name: 'hangs', setup: () => ({ start: never }) })
  const starting = testForge(t, [hangs()], { startTimeoutMs: 60_000 })
  const failed = t.throwsAsync(starting, { code: 'PLUGIN_TIMED_OUT', message: /within 60 s/ })
  await clock.advance(60_000)
  await failed
})

/** The moments, in seconds from the first, at which an event was delivered, and how to go on. */
async function deliveries(
  t: Parameters<typeof testForge>[0],
  failure: () => Error,
  options: SubscriptionOptions = {},
) {
  const moments: number[] = []
  const start = Date.now()
  const fails = on(
    sold,
    'shop.fails',
    async () => {
      moments.push((Date.now() - start) / 1000)
      throw failure()
    },
    { retry: { limit: 3, baseSeconds: 60, maxSeconds: 200 }, ...options },
  )
  const shop = definePlugin({ name: 'shop', setup: () => ({ on: [fails] }) })
  const { forge, bus } = await testForge(t, [shop()])
  const publish = (delaySeconds: number) =>
    forge.get(UnitOfWork).transaction((tx) => bus.publish(tx, sold, 'a hat', { delaySeconds }))
  return { moments, bus, publish }
}

const LANES: SubscriptionOptions[] = [{}, { order: 'key' }, { limit: { per: 'key', count: 1 } }]

for (const options of LANES) {
  const consumer = `a consumer with ${JSON.stringify(options)}`
  test.serial(
    `retries of ${consumer} pause longer each time, up to the longest pause`,
    async (t) => {
      const clock = fakeClock(t)
      const { moments, bus, publish } = await deliveries(t, () => new Error('no'), options)
      await publish(0)
      for (const seconds of [60, 120, 199, 1]) await clock.advance(seconds * 1000)
      t.deepEqual(moments, [0, 60, 180, 380])
      t.is((await bus.deadLetters.list()).length, 1)
    },
  )

  test.serial(`an event for ${consumer} is delivered when its delay is over`, async (t) => {
    const clock = fakeClock(t)
    const { moments, publish } = await deliveries(t, () => new Error('no'), options)
    await publish(60)
    await clock.advance(59_999)
    t.deepEqual(moments, [])
    await clock.advance(1)
    t.deepEqual(moments, [60])
  })
}

test.serial('RetryLater waits as long as it says', async (t) => {
  const clock = fakeClock(t)
  const { moments, bus, publish } = await deliveries(t, () => new RetryLater(3600, 'busy'))
  await publish(0)
  await clock.advance(HOUR - 1)
  t.deepEqual(moments, [0])
  await clock.advance(1)
  for (let hours = 0; hours < 9; hours++) await clock.advance(HOUR)
  t.is(moments.length, 11)
  t.is(moments.at(-1), 36_000)
  t.deepEqual(await bus.deadLetters.list(), [])
})
