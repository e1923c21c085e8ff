import test from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { defineTool } from '@titanforge/core'
import { replay } from '../../src/replay/replay.js'
import type { RunRow } from '../../src/journal/run-row.js'
import type { StepRow } from '../../src/journal/step-row.js'
import { defineWorkflow } from '../../src/index.js'

const tool = defineTool({
  name: 'tool',
  description: 'Is never called.',
  effect: 'read',
  input: z.number(),
  output: z.number(),
  run: () => Promise.reject(new Error('nothing is done in a replay')),
})

/** Side by side, one after another, and a race, with what was taken first written down. */
const workflow = defineWorkflow({
  name: 'paths',
  version: 1,
  description: 'Takes many paths.',
  input: z.null(),
  output: z.array(z.string()),
  async run(_, flow) {
    const way: string[] = []
    const branch = async (name: string, length: number) => {
      for (let n = 0; n < length; n++) {
        try {
          await flow.tool(`${name}-${n}`, tool, n)
          way.push(`${name}-${n}`)
        } catch {
          way.push(`${name}-${n} failed`)
        }
      }
      return name
    }
    way.push(await Promise.race([branch('a', 2), branch('b', 3)]))
    await flow.parallel([branch('c', 2), branch('d', 1)])
    return way
  },
})

const run = { id: 'r', user_id: null, input: null } as unknown as RunRow

test('whatever the order of outcomes, a workflow takes the way again that it took', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 20, maxLength: 20 }),
      async (choices) => {
        const journal: StepRow[] = []
        let clock = 0
        for (const [choice, succeeds] of choices) {
          const { end, asked } = await replay(workflow, run, journal)
          if (end.state !== 'blocked') break
          for (const { name, kind } of asked.values()) {
            if (journal.some((step) => step.name === name)) continue
            const step = { name, kind, target: 'tool', status: 'running', asked: ++clock }
            journal.push({ ...step, completed: null } as unknown as StepRow)
          }
          const open = journal.filter(({ completed }) => completed === null)
          const step = open[choice % open.length]
          if (!step) break
          step.completed = ++clock
          step.status = succeeds ? 'succeeded' : 'failed'
          step.error = succeeds ? null : { code: 'X', message: 'x', public: false }
          step.output = succeeds ? 0 : null
        }
        const first = await replay(workflow, run, journal)
        const again = await replay(workflow, run, journal.toReversed())
        t.deepEqual(again.end, first.end)
        t.deepEqual([...again.asked.keys()], [...first.asked.keys()])
        if (first.end.state === 'returned') {
          const way = first.end.output as string[]
          const before = way.indexOf(way.includes('a') ? 'a' : 'b')
          const outcomes = journal
            .filter(({ completed }) => completed !== null)
            .sort((x, y) => (x.completed ?? 0) - (y.completed ?? 0))
            .slice(0, before)
            .map(({ name, status }) => (status === 'failed' ? `${name} failed` : name))
          t.deepEqual(way.slice(0, before), outcomes)
        }
      },
    ),
    { numRuns: 50 },
  )
})
