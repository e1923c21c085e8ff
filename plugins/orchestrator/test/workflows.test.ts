import { defineAgent, defineTool } from '@titanforge/core'
import test from 'ava'
import { z } from 'zod'
import { defineWorkflow } from '../src/index.js'
import { application } from './application.js'

const double = defineTool({
  name: 'double',
  description: 'Doubles.',
  effect: 'read',
  input: z.number(),
  output: z.number(),
  run: (n) => 2 * n,
})

const adder = defineAgent({
  name: 'adder',
  description: 'Adds one.',
  input: z.number(),
  output: z.object({ sum: z.number(), at: z.date() }),
  run: (n, ctx) => {
    ctx.progress(50, 'adding')
    return { sum: n + 1, at: new Date(0) }
  },
})

test('steps one after another, side by side and in branches come to an output', async (t) => {
  const workflow = defineWorkflow({
    name: 'sums',
    version: 1,
    description: 'Does sums.',
    input: z.object({ n: z.number(), twice: z.boolean().default(true) }),
    output: z.object({ total: z.number(), at: z.string() }),
    async run({ n, twice }, flow) {
      flow.progress(10, 'beginning')
      const first = await flow.tool('first', double, n)
      const [left, right] = await flow.parallel([
        flow.tool('left', double, first),
        flow.agent('right', adder, first),
      ])
      flow.progress(80, 'nearly there')
      const total = twice ? await flow.tool('twice', double, left + right.sum) : left
      return { total, at: right.at }
    },
  })
  const app = await application(t, { workflows: [workflow] })
  const userId = await app.user()
  const id = await app.workflows.start(workflow, { n: 3 }, { userId })
  await app.reaches(id, 'succeeded')
  t.like(await app.run(id), {
    output: { total: 38, at: '1970-01-01T00:00:00.000Z' },
    input: { n: 3, twice: true },
    progress: 100,
    progress_text: 'nearly there',
    user_id: userId,
  })
  t.deepEqual(
    (await app.steps(id)).map(({ name, kind, status }) => [name, kind, status]),
    [
      ['first', 'tool', 'succeeded'],
      ['left', 'tool', 'succeeded'],
      ['right', 'agent', 'succeeded'],
      ['twice', 'tool', 'succeeded'],
    ],
  )
  const log = await app.db.query(
    "SELECT event_type, payload->>'step' AS step FROM events WHERE key = $1 AND event_type <> 'workflow.woken' ORDER BY position",
    [id],
  )
  t.deepEqual(
    log.filter(({ step }) => step !== 'left' && step !== 'right'),
    [
      { event_type: 'workflow.started', step: null },
      { event_type: 'workflow.step_completed', step: 'first' },
      { event_type: 'workflow.step_completed', step: 'twice' },
      { event_type: 'workflow.finished', step: null },
    ],
  )
  t.is(log.length, 6)
})
