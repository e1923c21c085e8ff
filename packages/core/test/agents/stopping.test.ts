import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'

const { log } = captureLog()
const working = (work: (ctx: RunContext) => unknown) =>
  defineAgent({
    name: 'worker',
    description: 'Works.',
    input: z.null(),
    output: z.unknown(),
    run: async (_input, ctx) => work(ctx),
  })

test('a stop waits for the runs that are under way, before what they need is closed', async (t) => {
  const events: string[] = []
  const database = definePlugin({
    name: 'database',
    setup: () => ({ start: () => () => void events.push('database closed') }),
  })
  const forge = createForge({ plugins: [database()], log })
  await forge.start()
  const begun = deferred<void>()
  const finish = deferred<void>()
  const run = forge.run(
    working(async () => {
      begun.resolve(undefined)
      await finish.promise
      events.push('run ended')
      return 'done'
    }),
    null,
  )
  await begun.promise
  const stopping = forge.stop()
  setImmediate(() => finish.resolve(undefined))
  await stopping
  t.is(await run, 'done')
  t.deepEqual(events, ['run ended', 'database closed'])
})

test('a run that takes longer than the stop has time for is cancelled, and waited for', async (t) => {
  const outcomes: string[] = []
  const watcher = definePlugin({
    name: 'watcher',
    setup: () => ({
      observers: [
        { ended: (_call: unknown, { status }: { status: string }) => void outcomes.push(status) },
      ],
    }),
  })
  const forge = createForge({ plugins: [watcher()], log, stopTimeoutMs: 40 })
  await forge.start()
  const begun = deferred<void>()
  const run = forge.run(
    working(async ({ signal }) => {
      begun.resolve(undefined)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }),
    null,
    { signal: new AbortController().signal },
  )
  const ended = t.throwsAsync(run, { code: 'RUN_CANCELLED' })
  await begun.promise
  await forge.stop()
  const { cause } = await ended
  t.like(cause, { code: 'FORGE_STATE' })
  t.deepEqual(outcomes, ['cancelled'])
})

test('a run that does not end makes no stop fail, however little time a stop has', async (t) => {
  const forge = createForge({ plugins: [], log, stopTimeoutMs: 100 })
  await forge.start()
  const begun = deferred<void>()
  const run = forge.run(
    working(() => {
      begun.resolve(undefined)
      return new Promise(() => undefined)
    }),
    null,
  )
  const ended = t.throwsAsync(run, { code: 'RUN_CANCELLED' })
  await begun.promise
  await t.notThrowsAsync(forge.stop())
  await ended
})

test('an application that has stopped begins no run', async (t) => {
  const started = createForge({ plugins: [], log })
  await started.start()
  const never = createForge({ plugins: [], log })
  for (const forge of [started, never]) {
    await forge.stop()
    const run = forge.run(
      working(() => 1),
      null,
    )
    await t.throwsAsync(run, { code: 'FORGE_STATE', message: /stopped cannot run an agent/ })
  }
})
