import { defineAgent, defineTool } from '@titanforge/core'
import {
  entitlementsChanged,
  purchaseWithdrawn,
  workflowRequested as purchased,
} from '@titanforge/provisioning'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { defineWorkflow, workflowRequested } from '../src/index.js'
import { application } from './application.js'

const feature = defineWorkflow({
  name: 'feature',
  version: 1,
  description: 'Builds a feature.',
  input: z.object({ task: z.string().optional(), purchaseId: z.uuid().optional() }),
  output: z.string(),
  run: async ({ task }, flow) => {
    await flow.sleep('a-moment', 0)
    return task ?? 'none'
  },
})

test.serial(
  'a command event starts a run for its user, once, also when it is replayed',
  async (t) => {
    const app = await application(t, { workflows: [feature] })
    const userId = await app.user()
    const input = { task: 'a darker button' }
    await app.db.transaction((tx) =>
      app.bus.publish(tx, workflowRequested, { workflow: 'feature', userId, input }),
    )
    const runs = () =>
      app.db.query("SELECT user_id, output FROM workflow_runs WHERE status = 'succeeded'")
    await waitFor(async () => (await runs()).length === 1)
    t.is(await app.bus.replay('orchestrator.requests'), 1)
    await waitFor(
      async () =>
        (
          await app.db.query(
            "SELECT 1 FROM event_deliveries WHERE consumer = 'orchestrator.requests'",
          )
        ).length === 0,
    )
    t.deepEqual(await runs(), [{ user_id: userId, output: 'a darker button' }])
    t.is((await app.db.query('SELECT 1 FROM workflow_runs')).length, 1)
  },
)

test.serial(
  'a purchase starts a run for each unit; what nobody can start becomes a dead letter',
  async (t) => {
    const app = await application(t, { workflows: [feature] })
    const userId = await app.user()
    const purchaseId = crypto.randomUUID()
    await app.db.transaction(async (tx) => {
      await app.bus.publish(tx, purchased, { userId, workflow: 'feature', purchaseId, quantity: 2 })
      await app.bus.publish(tx, workflowRequested, {
        workflow: 'feature',
        userId,
        input: { task: 7 },
      })
    })
    const runs = () => app.db.query('SELECT input, status FROM workflow_runs')
    await waitFor(async () => (await runs()).every(({ status }) => status === 'succeeded'))
    await waitFor(async () => (await runs()).length === 2)
    t.deepEqual(
      (await runs()).map(({ input }) => input),
      [{ purchaseId }, { purchaseId }],
    )
    const dead = await waitFor(async () => (await app.bus.deadLetters.list())[0])
    t.regex(dead.reason, /input of workflow "feature"/)
  },
)

test.serial(
  'what is requested before anybody knows it fails and says so, and is done when it is retried after a deploy',
  async (t) => {
    const before = await application(t, { config: { patienceSeconds: 0 } })
    const userId = await before.user()
    const purchaseId = crypto.randomUUID()
    await before.db.transaction(async (tx) => {
      await before.bus.publish(tx, purchased, {
        userId,
        workflow: 'feature',
        purchaseId,
        quantity: 1,
      })
      await before.bus.publish(tx, workflowRequested, {
        workflow: 'feature',
        userId,
        input: { task: 7 },
      })
    })
    const failed = await waitFor(async () => {
      const rows = await before.db.query<{ id: string; error: { code: string } }>(
        "SELECT id, error FROM workflow_runs WHERE status = 'failed' ORDER BY purchase_id",
      )
      return rows.length === 2 && rows
    })
    for (const { error } of failed) t.like(error, { code: 'WORKFLOW_MISSING', public: false })
    t.deepEqual(await before.bus.deadLetters.list(), [])
    await before.forge.stop()

    const after = await application(t, { workflows: [feature], url: before.url })
    const [bought = '', wrong = ''] = failed.map(({ id }) => id)
    await after.workflows.retry(bought)
    await after.reaches(bought, 'succeeded')
    t.like(await after.run(bought), { version: 1, input: { purchaseId }, output: 'none' })
    await after.workflows.retry(wrong)
    await after.reaches(wrong, 'failed')
    t.like(await after.run(wrong), { error: { code: 'INPUT_INVALID' } })
  },
)

test.serial(
  'a purchase that is paid back has its runs cancelled, whichever is heard of first',
  async (t) => {
    const undone: unknown[] = []
    const release = defineTool({
      name: 'release',
      description: 'Gives something back.',
      effect: 'idempotent',
      input: z.string().optional(),
      output: z.null(),
      run: (what) => (undone.push(what), null),
    })
    const sold = defineWorkflow({
      name: 'sold',
      version: 1,
      description: 'Is sold.',
      input: z.object({ purchaseId: z.uuid() }),
      output: z.null(),
      async run({ purchaseId }, flow) {
        flow.compensate('release', release, purchaseId)
        await flow.waitForPerson('ask', { question: 'Well?', answer: z.literal('fail') })
        throw new Error('failed')
      },
    })
    const app = await application(t, { workflows: [sold] })
    const userId = await app.user()
    const [first, second, third] = [
      crypto.randomUUID(),
      crypto.randomUUID(),
      crypto.randomUUID(),
    ] as const
    const buy = (purchaseId: string) =>
      app.db.transaction((tx) =>
        app.bus.publish(tx, purchased, { userId, workflow: 'sold', purchaseId, quantity: 2 }),
      )
    const payBack = (purchaseId: string) =>
      app.db.transaction((tx) => app.bus.publish(tx, purchaseWithdrawn, { userId, purchaseId }))
    const runs = (purchaseId: string) =>
      app.db.query<{ id: string; status: string }>(
        'SELECT id, status FROM workflow_runs WHERE purchase_id = $1 ORDER BY created_at',
        [purchaseId],
      )
    const areAll = (purchaseId: string, status: string) =>
      waitFor(async () => {
        const found = await runs(purchaseId)
        return found.length === 2 && found.every((run) => run.status === status)
      })
    await buy(first)
    await buy(third)
    await areAll(first, 'waiting')
    await areAll(third, 'waiting')
    // One is over when its purchase is paid back.
    const [over = { id: '' }] = await runs(third)
    await app.answer(over.id, 'ask', 'fail')
    await app.reaches(over.id, 'failed')

    await payBack(second)
    const isHeard = async () =>
      (await app.db.query('SELECT 1 FROM withdrawn_purchases')).length === 1
    await waitFor(isHeard)
    await buy(second)
    await payBack(first)
    await payBack(third)
    await areAll(first, 'cancelled')
    await waitFor(async () => (await runs(third)).some(({ status }) => status === 'cancelled'))
    t.deepEqual(undone.toSorted(), [first, first, third, third].toSorted())
    t.is(await app.statusOf(over.id), 'failed')
    await t.throwsAsync(app.workflows.retry(over.id), { code: 'RUN_WITHDRAWN' })
    await waitFor(async () => (await app.db.query('SELECT 1 FROM event_deliveries')).length === 0)
    t.deepEqual(await runs(second), [])
    t.deepEqual(await app.bus.deadLetters.list(), [])
  },
)

test.serial('a better plan lets waiting runs begin at once, the oldest first', async (t) => {
  let limit = 0
  const app = await application(t, { workflows: [feature], limit: () => limit })
  const userId = await app.user()
  const ids: string[] = []
  for (const task of ['1', '2', '3'])
    ids.push(await app.workflows.start(feature, { task }, { userId }))
  t.deepEqual(await Promise.all(ids.map((id) => app.statusOf(id))), ['queued', 'queued', 'queued'])
  limit = 1
  await app.db.transaction((tx) =>
    app.bus.publish(tx, entitlementsChanged, { userId, subscriptionId: null }),
  )
  for (const id of ids) await app.reaches(id, 'succeeded')
  const begun = await app.db.query('SELECT id FROM workflow_runs ORDER BY started_at')
  t.deepEqual(
    begun.map(({ id }) => id),
    ids,
  )
})

test.serial(
  'a limit that rises by the clock lets waiting runs begin, and nobody tells',
  async (t) => {
    let limit = 0
    const app = await application(t, { workflows: [feature], limit: () => limit })
    const id = await app.workflows.start(feature, {}, { userId: await app.user() })
    t.is(await app.statusOf(id), 'queued')
    limit = 1
    await app.reaches(id, 'succeeded')
  },
)

test.serial(
  'a smaller plan ends nothing that runs, and lets nothing begin until there is room',
  async (t) => {
    let limit = 2
    const gates = new Map<string, () => void>()
    const begun: string[] = []
    const worker = defineAgent({
      name: 'worker',
      description: 'Works until it is let go.',
      input: z.string(),
      output: z.null(),
      async run(name) {
        begun.push(name)
        await new Promise<void>((resolve) => gates.set(name, resolve))
        return null
      },
    })
    const work = defineWorkflow({
      name: 'work',
      version: 1,
      description: 'Works.',
      input: z.string(),
      output: z.null(),
      run: (name, flow) => flow.agent('work', worker, name),
    })
    const app = await application(t, { workflows: [work], limit: () => limit })
    const userId = await app.user()
    const [a, b, c] = [
      await app.workflows.start(work, 'a', { userId }),
      await app.workflows.start(work, 'b', { userId }),
      await app.workflows.start(work, 'c', { userId }),
    ]
    await waitFor(async () => begun.length === 2)
    limit = 1
    gates.get('a')?.()
    await app.reaches(a, 'succeeded')
    t.deepEqual([await app.statusOf(b), await app.statusOf(c)], ['running', 'queued'])
    gates.get('b')?.()
    await app.reaches(b, 'succeeded')
    await waitFor(async () => gates.has('c'))
    gates.get('c')?.()
    await app.reaches(c, 'succeeded')
  },
)

test.serial('one key is one run', async (t) => {
  const app = await application(t, { workflows: [feature] })
  const start = () => app.workflows.start(feature, {}, { key: 'monday' })
  const [id, ...others] = await Promise.all([start(), start(), start()])
  t.deepEqual(others, [id, id])
  await app.reaches(id, 'succeeded')
})

test.serial('a schedule starts one run each time it is due, on two nodes', async (t) => {
  const often = defineWorkflow({
    ...feature,
    input: z.object({ task: z.string() }),
    output: z.string(),
    name: 'often',
    schedule: { cron: '* * * * * *', input: { task: 'tick' } },
    run: async ({ task }) => task,
  })
  const one = await application(t, { workflows: [often] })
  await application(t, { workflows: [often], url: one.url })
  const runs = await waitFor(async () => {
    const found = await one.db.query<{ key: string }>(
      "SELECT request_key AS key FROM workflow_runs WHERE status = 'succeeded'",
    )
    return found.length >= 3 && found
  })
  t.true(runs.every(({ key }) => /^schedule:often:.*\.000Z$/.test(key)))
  t.is(new Set(runs.map(({ key }) => key)).size, runs.length)
})
