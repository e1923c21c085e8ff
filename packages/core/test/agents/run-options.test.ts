import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { runProgress, type RunProgress } from '../../src/agents/run-progress.js'
import { defineTool } from '../../src/agents/tool.js'
import { EventBus } from '../../src/events/event-bus.js'
import { defineEvent } from '../../src/events/event.js'
import { on } from '../../src/events/subscription.js'
import { createForge } from '../../src/forge.js'
import type { ForgeView } from '../../src/plugins/forge-view.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog, testForge } from '../../src/testing/index.js'
import { UnitOfWork } from '../../src/transactions/transaction.js'

const keys: string[] = []
const note = defineTool({
  name: 'note',
  description: 'Writes down its idempotency key.',
  effect: 'idempotent',
  input: z.null(),
  output: z.string(),
  run(_input, ctx) {
    keys.push(ctx.idempotencyKey)
    ctx.log.info('noted')
    ctx.progress(50, 'half of it')
    return ctx.runId
  },
})
const secretary = defineAgent({
  name: 'secretary',
  description: 'Notes.',
  tools: [note],
  input: z.null(),
  output: z.string(),
  run: (input, ctx) => ctx.tool(note, input),
})
const fields = (line = '{}') => JSON.parse(line) as Record<string, unknown>

test.serial(
  'a run whose cause gives it a key has the same keys when the cause comes again',
  async (t) => {
    const forge = createForge({ plugins: [], log: captureLog().log })
    keys.length = 0
    const first = await forge.run(secretary, null, { idempotencyKey: 'shop.bill:e1' })
    t.not(await forge.run(secretary, null, { idempotencyKey: 'shop.bill:e1' }), first)
    const key = 'shop.bill:e1:secretary.1-note'
    t.deepEqual(keys, [key, key])
  },
)

test.serial('what a run logs bears its id, and the fields of what caused it', async (t) => {
  const { log, lines } = captureLog()
  const forge = createForge({ plugins: [], log })
  const runId = await forge.run(secretary, null, { log: log.child({ requestId: 'r1' }) })
  t.like(fields(lines[0]), { msg: 'noted', runId, requestId: 'r1' })
})

test.serial('a plugin runs an agent from an event, whose id the run’s lines bear', async (t) => {
  const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
  const bill = (forge: ForgeView) =>
    on(sold, 'shop.bill', {
      prepare: ({ log, idempotencyKey, signal }) =>
        forge.run(secretary, null, { log, idempotencyKey, signal }),
      commit: async () => undefined,
    })
  const shop = definePlugin({ name: 'shop', setup: ({ forge }) => ({ on: [bill(forge)] }) })
  const { forge, bus, idle, lines } = await testForge(t, [shop()])
  keys.length = 0
  const { id } = await forge.get(UnitOfWork).transaction((tx) => bus.publish(tx, sold, 'a hat'))
  await idle()
  t.like(fields(lines.find((line) => line.includes('noted'))), {
    consumer: 'shop.bill',
    eventId: id,
  })
  t.deepEqual(keys, [`shop.bill:${id}:secretary.1-note`])
})

test('an agent cannot be run while the plugins are still set up', async (t) => {
  let early: Promise<unknown> | undefined
  const hasty = definePlugin({
    name: 'hasty',
    setup({ forge }) {
      early = forge.run(secretary, null)
      early.catch(() => undefined)
      return {}
    },
  })
  createForge({ plugins: [hasty()], log: captureLog().log })
  await t.throwsAsync(async () => early, {
    code: 'SETUP_INCOMPLETE',
    message: /run\('secretary'\)/,
  })
})

test.serial('whoever listens hears how far a run is', async (t) => {
  const forge = createForge({ plugins: [], log: captureLog().log })
  const heard: RunProgress[] = []
  forge.get(EventBus).listen(runProgress, (progress) => void heard.push(progress))
  const runId = await forge.run(secretary, null)
  t.deepEqual(heard, [{ runId, by: 'note', percent: 50, text: 'half of it' }])
})

test('what a step has left behind tells no more of how far the run is', async (t) => {
  const forge = createForge({ plugins: [], log: captureLog().log })
  const heard: RunProgress[] = []
  forge.get(EventBus).listen(runProgress, (progress) => void heard.push(progress))
  const left: RunContext[] = []
  const hasty = defineAgent({
    name: 'hasty',
    description: 'Leaves something behind.',
    input: z.null(),
    output: z.null(),
    run: (_, ctx) => (left.push(ctx), null),
  })
  await forge.run(hasty, null)
  left[0]?.progress(50)
  t.deepEqual(heard, [])
})

test('a run for nobody in particular is refused, for it would be one of the application', async (t) => {
  const forge = createForge({ plugins: [], log: captureLog().log })
  for (const principal of [null, '', {}, { userId: '' }])
    await t.throwsAsync(forge.run(secretary, null, { principal: principal as never }), {
      code: 'DEFINITION_INVALID',
      message: /principal has no userId/,
    })
})
