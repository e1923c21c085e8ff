import { Admission, defineAgent, defineErrors, definePlugin, defineTool } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { defineWorkflow, type AnyWorkflow, type Flow } from '../src/index.js'
import { application } from './application.js'
import { outside } from './outside.js'
import { outsideTool } from './outside-tools.js'

const errors = defineErrors({ SOLD_OUT: { status: 409, message: () => 'No hat is left.' } })

/** A workflow whose steps are all that a test is about. */
const workflowOf = (run: (flow: Flow) => Promise<unknown>, version = 1) =>
  defineWorkflow({
    name: 'tested',
    version,
    description: 'Is tested.',
    input: z.null(),
    output: z.unknown(),
    run: (_, flow) => run(flow),
  })

/** A tool that fails as often as a test says. */
function flaky(effect: 'idempotent' | 'external', failures: number, error: Error) {
  const keys: string[] = []
  const tool = defineTool({
    name: 'flaky',
    description: 'Fails at first.',
    effect,
    input: z.null(),
    output: z.string(),
    run: async (_, { idempotencyKey }) => {
      keys.push(idempotencyKey)
      if (keys.length <= failures) throw error
      return 'done'
    },
  })
  return { tool, keys }
}

test.serial(
  'a failed step is tried again with the same key, where that does no harm',
  async (t) => {
    // Three calls a delivery are the kernel's own tries.
    const { tool, keys } = flaky('idempotent', 7, new Error('away'))
    const workflow = workflowOf((flow) => flow.tool('call', tool, null))
    const app = await application(t, { workflows: [workflow] })
    const id = await app.workflows.start(workflow, null)
    await app.reaches(id, 'succeeded')
    t.is(keys.length, 8)
    t.deepEqual([...new Set(keys)], [`${id}/1/call:workflow-step.1-flaky`])
  },
)

test.serial(
  'an external tool is called once; a run that failed of it goes on from there when a person says so',
  async (t) => {
    const world = await outside(t)
    const ask = outsideTool(world.url)
    const { tool, keys } = flaky('external', 1, new Error('who knows'))
    const workflow = workflowOf(async (flow) => {
      await flow.tool('before', ask, 'before')
      const [, result] = await flow.parallel([
        flow.tool('beside', ask, 'beside'),
        flow.tool('call', tool, null),
        flow.sleep('a-moment', 0),
      ])
      return result
    })
    const app = await application(t, { workflows: [workflow] })
    const id = await app.workflows.start(workflow, null)
    await app.reaches(id, 'failed')
    t.like(await app.run(id), { error: { code: 'STEP_FAILED', public: false } })
    t.is(keys.length, 1)
    await app.workflows.retry(id)
    await waitFor(async () => (await app.steps(id)).some(({ status }) => status === 'unknown'))
    t.is(keys.length, 1, 'whoever retries a run has nothing done twice')
    const { accessToken } = await app.superuser()
    await fetch(`${app.address}/api/runs/${id}/steps/call/resolve`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ outcome: 'repeat' }),
    })
    await app.reaches(id, 'succeeded')
    t.is((await app.run(id))['output'], 'done')
    t.deepEqual(keys, [keys[0] ?? '', keys[0] ?? ''])
    t.deepEqual(world.done().toSorted(), ['before', 'beside'])
    t.is(world.asked.length, 2)
  },
)

for (const happened of [true, false]) {
  test.serial(
    `a retried run asks what became of the call that it failed of; it ${happened ? 'happened' : 'did not happen'}`,
    async (t) => {
      let calls = 0
      let isAway = true
      const order = defineTool({
        name: 'order',
        description: 'Orders at a shop that goes away.',
        effect: 'external',
        input: z.null(),
        output: z.string(),
        run() {
          if (++calls === 1) throw new Error('connection reset')
          return 'done'
        },
        reconcile() {
          if (isAway) throw new Error('the shop does not answer')
          return happened ? { done: true, output: 'it was' } : { done: false }
        },
      })
      const workflow = workflowOf((flow) => flow.tool('call', order, null))
      const app = await application(t, { workflows: [workflow] })
      const id = await app.workflows.start(workflow, null)
      await app.reaches(id, 'failed')
      t.is(calls, 1)
      isAway = false
      await app.workflows.retry(id)
      await app.reaches(id, 'succeeded')
      t.is((await app.run(id))['output'], happened ? 'it was' : 'done')
      t.is(calls, happened ? 1 : 2)
    },
  )
}

test.serial(
  'what says that the caller was wrong was not done, and is simply done again',
  async (t) => {
    const { tool, keys } = flaky('external', 1, errors.SOLD_OUT())
    const workflow = workflowOf((flow) => flow.tool('call', tool, null))
    const app = await application(t, { workflows: [workflow] })
    const id = await app.workflows.start(workflow, null)
    await app.reaches(id, 'failed')
    await app.workflows.retry(id)
    await app.reaches(id, 'succeeded')
    t.is(keys.length, 2)
  },
)

test.serial('a workflow deals with a failure by its code, and stays on that way', async (t) => {
  const { tool, keys } = flaky('external', 1, errors.SOLD_OUT())
  const workflow = workflowOf(async (flow) => {
    try {
      return await flow.tool('buy', tool, null)
    } catch (error) {
      await flow.sleep('a-moment', 0)
      return (error as { code: string }).code
    }
  })
  const app = await application(t, { workflows: [workflow] })
  const id = await app.workflows.start(workflow, null)
  await app.reaches(id, 'succeeded')
  t.is((await app.run(id))['output'], 'SOLD_OUT')
  t.is(keys.length, 1)
})

// The process ended after the call was begun: as a redelivery finds it.
const LOSE_OUTCOME = `
  UPDATE workflow_steps SET begun_at = now() WHERE run_id = $1 AND name = 'call'`

for (const [finding, status, output, calls] of [
  [{ outcome: 'succeeded', output: 'it was' }, 'succeeded', 'it was', 0],
  [{ outcome: 'repeat' }, 'succeeded', 'done', 1],
  [{ outcome: 'failed' }, 'failed', null, 0],
] as const) {
  test.serial(
    `an external call of unknown outcome waits for a person, who says: ${finding.outcome}`,
    async (t) => {
      const { tool, keys } = flaky('external', 0, new Error())
      const workflow = workflowOf((flow) => flow.tool('call', tool, null))
      const idle = await application(t, { workflows: [workflow], consume: false })
      const id = await idle.workflows.start(workflow, null)
      await idle.db.query(
        `INSERT INTO workflow_steps (run_id, generation, name, kind, target, status, input, asked)
       VALUES ($1, 1, 'call', 'tool', 'flaky', 'running', 'null', 1)`,
        [id],
      )
      await idle.db.query(LOSE_OUTCOME, [id])
      const [woken] = await idle.db.query<{ id: string }>(
        "UPDATE events SET payload = jsonb_set(payload, '{step}', '\"call\"') WHERE event_type = 'workflow.woken' RETURNING id",
      )
      t.truthy(woken)
      const app = await application(t, { workflows: [workflow], url: idle.url })
      await app.reaches(id, 'waiting')
      t.like((await app.steps(id))[0], { name: 'call', status: 'unknown' })
      t.is(keys.length, 0)
      const { accessToken } = await app.superuser()
      const response = await fetch(`${app.address}/api/runs/${id}/steps/call/resolve`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(finding),
      })
      t.is(response.status, 202)
      await app.reaches(id, status)
      t.is((await app.run(id))['output'], output)
      t.is(keys.length, calls)
    },
  )
}

for (const happened of [true, false]) {
  test.serial(
    `an external call that can be looked up is not left to a person; it ${happened ? 'happened' : 'did not happen'}`,
    async (t) => {
      const keys: string[] = []
      const asked: string[] = []
      const tool = defineTool({
        name: 'known',
        description: 'Has an effect that can be looked up.',
        effect: 'external',
        input: z.null(),
        output: z.string(),
        run(_, { idempotencyKey }) {
          keys.push(idempotencyKey)
          return 'done'
        },
        reconcile(_, { idempotencyKey }) {
          asked.push(idempotencyKey)
          return happened ? { done: true, output: 'it was' } : { done: false }
        },
      })
      const workflow = workflowOf((flow) => flow.tool('call', tool, null))
      const app = await application(t, { workflows: [workflow], config: { concurrency: 1 } })
      const held = await app.db.transaction(async (tx) => {
        const runId = await app.workflows.start(workflow, null)
        await tx.query('SELECT 1')
        return runId
      })
      await app.reaches(held, 'succeeded')
      // As a redelivery: the same step again, of which only the beginning is known.
      await app.db.query(
        `UPDATE workflow_steps SET status = 'running', completed = NULL, output = NULL WHERE run_id = $1`,
        [held],
      )
      await app.db.query("UPDATE workflow_runs SET status = 'running' WHERE id = $1", [held])
      t.is(await app.bus.replay('orchestrator.runs'), 2)
      await waitFor(async () => asked.length > 0)
      await app.reaches(held, 'succeeded')
      t.is(asked[0], keys[0])
      t.is((await app.run(held))['output'], happened ? 'it was' : 'done')
      t.deepEqual(keys.length, happened ? 1 : 2)
      t.is(new Set(keys).size, 1)
    },
  )
}

test.serial(
  'a run keeps its version; one whose version is gone fails, and goes on when that is back',
  async (t) => {
    const { tool } = flaky('external', 0, new Error())
    const first = workflowOf(async (flow) => {
      await flow.sleep('a-while', 86_400)
      return flow.tool('old-step', tool, null)
    })
    const second = workflowOf((flow) => flow.tool('new-step', tool, null), 2)
    const old = await application(t, { workflows: [first] })
    const gone = await old.workflows.start(first, null)
    await old.reaches(gone, 'waiting')
    // The time passes while no process is there.
    await old.forge.stop()
    const publisher = await application(t, { workflows: [first], url: old.url, consume: false })
    for (const table of ['workflow_steps', 'event_deliveries'])
      await publisher.db.query(`UPDATE ${table} SET due_at = now()`)
    await publisher.forge.stop()

    const without = await application(t, {
      workflows: [second],
      url: old.url,
      config: { patienceSeconds: 0 },
    })
    await without.reaches(gone, 'failed')
    t.like(await without.run(gone), { error: { code: 'WORKFLOW_GONE' } })
    const newest = await without.workflows.start(second, null)
    await without.reaches(newest, 'succeeded')
    await without.forge.stop()

    const both = await application(t, { workflows: [second, first], url: old.url })
    await both.workflows.retry(gone)
    await both.reaches(gone, 'succeeded')
    t.deepEqual(
      (await both.steps(gone)).map(({ name }) => name),
      ['a-while', 'old-step'],
    )
  },
)

const mistakes: [string, string, (flow: Flow) => Promise<unknown>][] = [
  ['awaits what is no step', 'WORKFLOW_STUCK', () => new Promise(() => undefined)],
  [
    'gives two steps one name',
    'STEP_REPEATED',
    async (flow) => {
      await flow.sleep('twice', 0)
      await flow.sleep('twice', 0)
    },
  ],
  ['leaves a step behind', 'STEP_NOT_AWAITED', async (flow) => void flow.sleep('left', 0)],
  ['gives a step a name that cannot be stored', 'STEP_INVALID', (flow) => flow.sleep('nul\0', 1)],
  ['gives a step an endless name', 'STEP_INVALID', (flow) => flow.sleep('n'.repeat(201), 1)],
  ['waits for no time', 'STEP_INVALID', (flow) => flow.sleep('nap', Number.NaN)],
  ['waits for all time', 'STEP_INVALID', (flow) => flow.sleep('nap', Infinity)],
  ['throws', 'INTERNAL_ERROR', () => Promise.reject(new TypeError('x is undefined'))],
  [
    'has no end',
    'TOO_MANY_STEPS',
    async (flow) => {
      await flow.parallel(Array.from({ length: 1001 }, (_, n) => flow.sleep(`s${n}`, 60)))
    },
  ],
]
for (const [what, code, run] of mistakes) {
  test.serial(`a workflow that ${what} fails with ${code}`, async (t) => {
    const workflow = workflowOf(run)
    const app = await application(t, { workflows: [workflow] })
    const id = await app.workflows.start(workflow, null)
    await app.reaches(id, 'failed')
    t.like(await app.run(id), { error: { code } })
    t.deepEqual(await app.bus.deadLetters.list(), [])
  })
}

test.serial('a run whose next step cannot be written down fails after many attempts', async (t) => {
  const workflow = workflowOf((flow) => flow.sleep('refused', 0))
  const app = await application(t, { workflows: [workflow] })
  await app.db.query("ALTER TABLE workflow_steps ADD CHECK (name <> 'refused')")
  const id = await app.workflows.start(workflow, null)
  await waitFor(async () => {
    // As after many attempts.
    await app.db.query(
      'UPDATE event_deliveries SET attempt = 50, due_at = now() WHERE attempt > 0 AND claim IS NULL',
    )
    return (await app.statusOf(id)) === 'failed'
  })
  t.like(await app.run(id), { error: { code: 'RUN_NOT_TAKEN_ON' } })
})

test.serial('an agent that fails tells its customer nothing of our insides', async (t) => {
  const agent = defineAgent({
    name: 'leaky',
    description: 'Fails.',
    input: z.null(),
    output: z.null(),
    run: () => Promise.reject(new Error('password hunter2 refused by db-7')),
  })
  const workflow: AnyWorkflow = workflowOf((flow) => flow.agent('leak', agent, null))
  const app = await application(t, { workflows: [workflow], config: { stepAttempts: 1 } })
  const ada = await app.person()
  const id = await app.workflows.start(workflow, null, { userId: ada.id })
  await app.reaches(id, 'failed')
  const response = await fetch(`${app.address}/api/runs/${id}`, {
    headers: { Authorization: `Bearer ${ada.accessToken}` },
  })
  const text = await response.text()
  t.regex(text, /STEP_FAILED/)
  t.notRegex(text, /hunter2/)
})

test.serial(
  'a step that is not let in for a while is no failure, and is begun later',
  async (t) => {
    const busy = defineErrors({ BUSY: { status: 429, message: () => 'Later.' } })
    let refusals = 5
    const gate = definePlugin({
      name: 'gate',
      provides: { admission: Admission },
      setup: () => ({
        services: {
          admission: {
            async admit() {
              if (refusals-- > 0) throw busy.BUSY()
              return { release: async () => undefined }
            },
          },
        },
      }),
    })
    const { tool, keys } = flaky('external', 0, new Error())
    const workflow = workflowOf((flow) => flow.tool('call', tool, null))
    const app = await application(t, { workflows: [workflow], plugins: [gate()] })
    const id = await app.workflows.start(workflow, null, { userId: await app.user() })
    await waitFor(async () => {
      await app.db.query('UPDATE event_deliveries SET due_at = now() WHERE claim IS NULL')
      return (await app.statusOf(id)) === 'succeeded'
    })
    t.is(keys.length, 1)
  },
)

test.serial('a step whose process ends each time fails its run', async (t) => {
  const { tool, keys } = flaky('idempotent', 0, new Error())
  const workflow = workflowOf((flow) => flow.tool('call', tool, null))
  const idle = await application(t, { workflows: [workflow], consume: false })
  const id = await idle.workflows.start(workflow, null)
  // As after ten deliveries that ended with their process.
  await idle.db.query(
    `INSERT INTO workflow_steps (run_id, generation, name, kind, target, status, input, asked)
     VALUES ($1, 1, 'call', 'tool', 'flaky', 'running', 'null', 1)`,
    [id],
  )
  await idle.db.query(
    `UPDATE events SET payload = jsonb_set(payload, '{step}', '"call"') WHERE event_type = 'workflow.woken'`,
  )
  await idle.db.query('UPDATE event_deliveries SET attempt = 10')
  const app = await application(t, { workflows: [workflow], url: idle.url })
  await app.reaches(id, 'failed')
  t.like(await app.run(id), { error: { code: 'STEP_ATTEMPTS_LOST' } })
  t.is(keys.length, 0)
})
