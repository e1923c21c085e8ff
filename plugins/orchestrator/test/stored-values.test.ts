import { defineEvent, defineTool } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { defineWorkflow, type Flow } from '../src/index.js'
import { application } from './application.js'

const paid = defineEvent({
  name: 'shop.paid',
  version: 1,
  schema: z.object({ at: z.coerce.date() }),
  key: () => 'key',
})

const workflowOf = (run: (flow: Flow) => Promise<unknown>) =>
  defineWorkflow({
    name: 'tested',
    version: 1,
    description: 'Is tested.',
    input: z.null(),
    output: z.unknown(),
    events: [paid],
    run: (_, flow) => run(flow),
  })

/** A tool that comes to a value, and counts its calls. */
function maker(make: () => unknown = () => null) {
  const calls = { count: 0 }
  const tool = defineTool({
    name: 'make',
    description: 'Makes a value.',
    effect: 'idempotent',
    input: z.unknown(),
    output: z.unknown(),
    run() {
      calls.count++
      return make()
    },
  })
  return { tool, calls }
}

const EPOCH = '1970-01-01T00:00:00.000Z'

test.serial(
  'a workflow is given what the journal keeps, and not another value before that is read',
  async (t) => {
    const { tool } = maker(() => ({ at: new Date(0), note: undefined, sizes: new Map() }))
    const seen = { tool: [] as unknown[], event: [] as unknown[], person: [] as unknown[] }
    const workflow = workflowOf(async (flow) => {
      seen.tool.push(await flow.tool('make', tool, null))
      seen.event.push(await flow.waitForEvent('payment', paid, { key: 'key' }))
      const wait = { question: 'When?', answer: z.string().pipe(z.coerce.date()) }
      seen.person.push(await flow.waitForPerson('when', wait))
      await flow.sleep('a-moment', 0)
      return null
    })
    const app = await application(t, { workflows: [workflow] })
    const id = await app.workflows.start(workflow, null)
    await app.db.transaction((tx) => app.bus.publish(tx, paid, { at: new Date(0) }))
    const asks = async () => (await app.steps(id)).some(({ name }) => name === 'when')
    await waitFor(asks, { what: 'the question' })
    t.is((await app.answer(id, 'when', EPOCH)).status, 202)
    await app.reaches(id, 'succeeded')
    t.true(seen.tool.length > 2)
    for (const value of seen.tool) t.deepEqual(value, { at: EPOCH, sizes: {} })
    for (const value of seen.event) t.deepEqual(value, { at: EPOCH })
    for (const value of seen.person) t.is(value, EPOCH)
  },
)

const circular: { self?: unknown } = {}
circular.self = circular
const unstorable: [string, (flow: Flow) => Promise<unknown>][] = [
  ['a step comes to', (flow) => flow.tool('make', maker(() => 10n).tool, null)],
  ['is too large', (flow) => flow.tool('make', maker(() => 'x'.repeat(5_000_000)).tool, null)],
  ['a step is given', (flow) => flow.tool('make', maker().tool, circular)],
  ['a run comes to', async () => 10n],
  ['is there to undo something', async (flow) => flow.compensate('undo', maker().tool, circular)],
]
for (const [what, run] of unstorable) {
  test.serial(
    `what cannot be kept in the journal fails the run at once, where it ${what}`,
    async (t) => {
      const workflow = workflowOf(run)
      const app = await application(t, { workflows: [workflow] })
      const id = await app.workflows.start(workflow, null)
      await app.reaches(id, 'failed')
      t.like(await app.run(id), { error: { code: 'VALUE_NOT_STORABLE', public: false } })
    },
  )
}

test.serial(
  'a call that came to what cannot be kept is not made again, and what was done is undone',
  async (t) => {
    const { tool, calls } = maker(() => 10n)
    const undo = maker()
    const workflow = workflowOf(async (flow) => {
      flow.compensate('undo', undo.tool, null)
      return flow.tool('make', tool, null)
    })
    const app = await application(t, { workflows: [workflow] })
    const id = await app.workflows.start(workflow, null)
    await app.reaches(id, 'failed')
    t.is(calls.count, 1)
    t.is(undo.calls.count, 1)
  },
)

for (const [key, code] of [
  ['nul\0', 'STEP_INVALID'],
  ['key', 'WAIT_TIMED_OUT'],
] as const) {
  test.serial(
    `a wait that is over before it begins, or can have no end, fails with ${code}`,
    async (t) => {
      const workflow = workflowOf((flow) =>
        flow.waitForEvent('payment', paid, { key, timeoutSeconds: -5 }),
      )
      const app = await application(t, { workflows: [workflow] })
      const id = await app.workflows.start(workflow, null)
      await app.reaches(id, 'failed')
      t.like(await app.run(id), { error: { code } })
    },
  )
}
