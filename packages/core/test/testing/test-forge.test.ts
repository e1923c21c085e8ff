import test from 'ava'
import { z } from 'zod'
import { EventBus } from '../../src/events/event-bus.js'
import { defineEvent } from '../../src/events/event.js'
import { MemoryEventBus } from '../../src/events/memory-bus.js'
import { on } from '../../src/events/subscription.js'
import type { Contributions } from '../../src/plugins/contributions.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog, testForge } from '../../src/testing/index.js'
import { UnitOfWork } from '../../src/transactions/transaction.js'

const plugin = (contributions: Contributions) =>
  definePlugin({ name: 'shop', setup: () => contributions })()

/** A test's `t`, whose end can be brought about. */
function endable() {
  const teardowns: (() => Promise<void> | void)[] = []
  return {
    t: { teardown: (fn: () => Promise<void> | void) => void teardowns.push(fn) },
    end: async () => {
      for (const teardown of teardowns.toReversed()) await teardown()
    },
  }
}

test('it starts and serves, and stops when the test ends', async (t) => {
  const happened: string[] = []
  const does = (what: string) => () => {
    happened.push(what)
    return () => void happened.push(`stop ${what}`)
  }
  const ending = endable()
  await testForge(ending.t, [plugin({ start: does('start'), serve: does('serve') })])
  t.deepEqual(happened, ['start', 'serve'])
  await ending.end()
  t.deepEqual(happened, ['start', 'serve', 'stop serve', 'stop start'])
})

test('told not to serve, it takes no work', async (t) => {
  const serve = () => t.fail('it serves')
  await testForge(t, [plugin({ serve })], { serve: false })
  t.pass()
})

test('what was published has been handled when it is idle', async (t) => {
  const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
  const heard: string[] = []
  const shaky = on(
    sold,
    'shop.note',
    async ({ attempt, payload }) => {
      if (attempt === 1) throw new Error('not yet')
      heard.push(payload)
    },
    { retry: { baseSeconds: 0.01 } },
  )
  const { forge, bus, idle } = await testForge(t, [plugin({ on: [shaky] })])
  await forge.get(UnitOfWork).transaction((tx) => bus.publish(tx, sold, 'a hat'))
  await idle()
  t.deepEqual(heard, ['a hat'])
})

test('what is logged is kept and not printed', async (t) => {
  const chatty = definePlugin({
    name: 'chatty',
    setup: ({ log }) => ({ start: () => log.debug('good morning') }),
  })
  const { lines } = await testForge(t, [chatty()])
  t.regex(lines.join(''), /"plugin":"chatty".*good morning/)
})

test('a bus of the plugins is handed over, and waited for in another way', async (t) => {
  const own = new MemoryEventBus(captureLog().log)
  const { signal, listen, publish, publishAll, replay, deadLetters } = own
  const bus: EventBus = { signal, listen, publish, publishAll, replay, deadLetters }
  const events = definePlugin({
    name: 'events',
    provides: { bus: EventBus },
    setup: () => ({ services: { bus } }),
  })
  const started = await testForge(t, [events()])
  t.is(started.bus, bus)
  await t.throwsAsync(started.idle(), { code: 'IDLE_UNKNOWN' })
})

test('the environment and the limits are those that the test gives', async (t) => {
  const hangs = plugin({ start: () => new Promise<void>(() => undefined) })
  await t.throwsAsync(testForge(t, [hangs], { startTimeoutMs: 10 }), { code: 'PLUGIN_TIMED_OUT' })
})
