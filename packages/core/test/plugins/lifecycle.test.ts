import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { createForge } from '../../src/forge.js'
import type { Contributions } from '../../src/plugins/contributions.js'
import { definePlugin, type Plugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'

const { log } = captureLog()

/** Plugins that write down what happens to them. */
function recorded() {
  const events: string[] = []
  const does = (what: string) => async () => {
    events.push(what)
    return () => void events.push(`stop ${what}`)
  }
  const plugin = (name: string, overrides: Contributions = {}): Plugin =>
    definePlugin({
      name,
      setup: () => ({ start: does(`${name} start`), serve: does(`${name} serve`), ...overrides }),
    })()
  return { events, plugin }
}

const never = () => new Promise<void>(() => undefined)

test('every plugin starts before any serves, and all of it is stopped in reverse', async (t) => {
  const { events, plugin } = recorded()
  const forge = createForge({ plugins: [plugin('a'), plugin('b')], log })
  await forge.start()
  t.deepEqual(events, ['a start', 'b start', 'a serve', 'b serve'])
  events.length = 0
  await forge.stop()
  t.deepEqual(events, ['stop b serve', 'stop a serve', 'stop b start', 'stop a start'])
})

test('start({ serve: false }) opens everything but takes no work', async (t) => {
  const { events, plugin } = recorded()
  const forge = createForge({ plugins: [plugin('a')], log })
  await forge.start({ serve: false })
  await forge.stop()
  t.deepEqual(events, ['a start', 'stop a start'])
})

test('a failed start names its plugin and stops in reverse what had started', async (t) => {
  const { events, plugin } = recorded()
  const cause = new Error('port 80 is taken')
  const start = () => Promise.reject(cause)
  const plugins = [plugin('a'), plugin('b'), plugin('c', { start }), plugin('d')]
  const error = await t.throwsAsync(createForge({ plugins, log }).start(), {
    code: 'PLUGIN_FAILED',
  })
  t.is(error.message, 'Plugin "c" failed to start: port 80 is taken')
  t.is(error.cause, cause)
  t.deepEqual(events, ['a start', 'b start', 'stop b start', 'stop a start'])
})

test('a synchronous throw in serve is a failed start too', async (t) => {
  const { events, plugin } = recorded()
  const serve = () => {
    throw new Error('no')
  }
  const forge = createForge({ plugins: [plugin('a'), plugin('b', { serve })], log })
  await t.throwsAsync(forge.start(), { message: 'Plugin "b" failed to serve: no' })
  t.deepEqual(events.slice(3), ['stop a serve', 'stop b start', 'stop a start'])
})

test('where undoing a failed start fails too, both errors are kept', async (t) => {
  const { plugin } = recorded()
  const sticky = plugin('sticky', { start: () => () => Promise.reject(new Error('stuck')) })
  const broken = plugin('broken', { start: () => Promise.reject(new Error('broken')) })
  const error = await t.throwsAsync(createForge({ plugins: [sticky, broken], log }).start(), {
    code: 'ROLLBACK_FAILED',
  })
  const [failure, problem] = [
    'Plugin "broken" failed to start: broken',
    'Plugin "sticky" failed to stop: stuck',
  ]
  t.true(error.message.startsWith(failure))
  t.true(error.message.includes(problem))
  const { errors } = error.cause as AggregateError
  t.deepEqual(
    errors.map((e: Error) => e.message),
    [failure, problem],
  )
})

test('where a start fails, what it has begun to run ends before what it runs on, and nothing runs any more', async (t) => {
  const { events, plugin } = recorded()
  const waiter = defineAgent({
    name: 'waiter',
    description: 'Waits until it is told to stop.',
    input: z.null(),
    output: z.null(),
    async run(_input, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      events.push('run ended')
      return null
    },
  })
  const eager = definePlugin({
    name: 'eager',
    setup: ({ forge }) => ({
      start() {
        void forge.run(waiter, null).catch(() => events.push('run rejected'))
      },
    }),
  })
  const broken = plugin('broken', { start: () => Promise.reject(new Error('broken')) })
  const plugins = [plugin('a'), eager(), broken]
  const forge = createForge({ plugins, log, stopTimeoutMs: 2_000 })
  await t.throwsAsync(forge.start(), { code: 'PLUGIN_FAILED' })
  t.deepEqual(events, ['a start', 'run ended', 'run rejected', 'stop a start'])
  await t.throwsAsync(forge.run(waiter, null), { code: 'FORGE_STATE' })
  await t.throwsAsync(forge.start(), { code: 'FORGE_STATE', message: /stopped/ })
})

test('a start that answers with something that is no function is named, and rolled back', async (t) => {
  const { events, plugin } = recorded()
  const server = plugin('server', { start: (async () => ({ close() {} })) as never })
  const expected = { code: 'STOP_INVALID', message: /^Plugin "server": start\(\) answered/ }
  await t.throwsAsync(createForge({ plugins: [plugin('a'), server], log }).start(), expected)
  t.deepEqual(events, ['a start', 'stop a start'])
})

for (const limit of ['startTimeoutMs', 'stopTimeoutMs'] as const) {
  for (const ms of [0, NaN, Infinity]) {
    test(`a ${limit} of ${ms} is refused, since no timer can keep it`, (t) => {
      t.throws(() => createForge({ plugins: [], log, [limit]: ms }), {
        code: 'DEFINITION_INVALID',
        message: new RegExp(`^createForge: ${limit} is ${ms}`),
      })
    })
  }
}

test('a start that does not end in time names its plugin and stops what had started', async (t) => {
  const { events, plugin } = recorded()
  const plugins = [plugin('a'), plugin('slow', { start: never })]
  const forge = createForge({ plugins, log, startTimeoutMs: 20 })
  const error = await t.throwsAsync(forge.start(), { code: 'PLUGIN_TIMED_OUT' })
  t.regex(error.message, /Plugin "slow" did not start within 0\.02 s/)
  t.deepEqual(events, ['a start', 'stop a start'])
})

test('stop goes on past what fails or hangs, and then tells of all of it', async (t) => {
  const { events, plugin } = recorded()
  const plugins = [
    plugin('a'),
    plugin('hangs', { start: () => never }),
    plugin('fails', { start: () => () => Promise.reject(new Error('stuck')) }),
  ]
  const forge = createForge({ plugins, log, stopTimeoutMs: 20 })
  await forge.start()
  const error = await t.throwsAsync(forge.stop(), { code: 'STOP_FAILED' })
  t.regex(error.message, /Plugin "fails" failed to stop: stuck/)
  t.regex(error.message, /Plugin "hangs" did not stop within 0\.02 s/)
  t.is(events.at(-1), 'stop a start')
})

test('whoever calls stop again waits for the same stop and hears of the same problems', async (t) => {
  const { plugin } = recorded()
  const stuck = plugin('stuck', { start: () => () => Promise.reject(new Error('stuck')) })
  const forge = createForge({ plugins: [stuck], log })
  await forge.start()
  const [first, second] = await Promise.all([
    t.throwsAsync(forge.stop()),
    t.throwsAsync(forge.stop()),
  ])
  t.is(first, second)
})

test('stopping twice stops each plugin once', async (t) => {
  const { events, plugin } = recorded()
  const forge = createForge({ plugins: [plugin('a')], log })
  await forge.start({ serve: false })
  await Promise.all([forge.stop(), forge.stop()])
  await forge.stop()
  t.deepEqual(events, ['a start', 'stop a start'])
})

test('a stop in the middle of a start lets nothing more start and leaves nothing running', async (t) => {
  const { events, plugin } = recorded()
  let finish = () => undefined as void
  const start = async () => {
    events.push('slow start')
    await new Promise<void>((resolve) => (finish = resolve))
    return () => void events.push('stop slow start')
  }
  const forge = createForge({ plugins: [plugin('a'), plugin('slow', { start }), plugin('b')], log })
  const starting = forge.start()
  await until(() => events.includes('slow start'))
  const stopping = forge.stop()
  finish()
  await t.throwsAsync(starting, { code: 'FORGE_STATE' })
  await stopping
  t.deepEqual(events, ['a start', 'slow start', 'stop slow start', 'stop a start'])
})

test('a forge starts once', async (t) => {
  const forge = createForge({ plugins: [], log })
  await forge.start()
  await t.throwsAsync(forge.start(), {
    code: 'FORGE_STATE',
    message: /A forge that is started cannot start/,
  })
  await forge.stop()
  await t.throwsAsync(forge.start(), { code: 'FORGE_STATE', message: /stopped/ })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test('what opens after its time is closed again', async (t) => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  const closed = new Promise<void>((resolve) => {
    const slow = definePlugin({
      name: 'slow',
      setup: () => ({ start: () => opened.then(() => () => resolve()) }),
    })
    const forge = createForge({ plugins: [slow()], log: captureLog().log, startTimeoutMs: 20 })
    void t.throwsAsync(forge.start(), { code: 'PLUGIN_TIMED_OUT' }).then(open)
  })
  await t.notThrowsAsync(closed)
})

test('a stop does not wait for a hanging start longer than a stop may take, and what opens late is closed', async (t) => {
  const { events, plugin } = recorded()
  const opened = deferred<() => void>()
  const begun = deferred<void>()
  const start = () => {
    begun.resolve(undefined)
    return opened.promise
  }
  const plugins = [plugin('a'), plugin('slow', { start }), plugin('b')]
  const forge = createForge({ plugins, log, startTimeoutMs: 600_000, stopTimeoutMs: 20 })
  const starting = t.throwsAsync(forge.start(), { code: 'PLUGIN_TIMED_OUT', message: /"slow"/ })
  await begun.promise
  await forge.stop()
  await starting
  t.deepEqual(events, ['a start', 'stop a start'])
  await new Promise<void>((closed) => opened.resolve(closed))
})

test('an error that a plugin has from an application of its own does not pass for the kernel’s', async (t) => {
  const inner = createForge({
    plugins: [definePlugin({ name: 'inner', setup: () => ({ start: never }) })()],
    log,
    startTimeoutMs: 10,
  })
  const outer = definePlugin({ name: 'outer', setup: () => ({ start: () => inner.start() }) })
  await t.throwsAsync(createForge({ plugins: [outer()], log }).start(), {
    code: 'PLUGIN_FAILED',
    message: /^Plugin "outer" failed to start: Plugin "inner" did not start/,
  })
})

for (const thrown of [undefined, null, 'text', Object.create(null) as object]) {
  test(`a start that fails with ${typeof thrown} (${String(thrown === null)}) is named and rolled back`, async (t) => {
    const { events, plugin } = recorded()
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as careless code does
    const plugins = [plugin('a'), plugin('odd', { start: () => Promise.reject(thrown) })]
    await t.throwsAsync(createForge({ plugins, log }).start(), {
      code: 'PLUGIN_FAILED',
      message: /^Plugin "odd" failed to start: /,
    })
    t.deepEqual(events, ['a start', 'stop a start'])
  })
}
