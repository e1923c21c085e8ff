import { defineAgent, defineTool } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { defineWorkflow } from '../src/index.js'
import { application } from './application.js'
import { outside } from './outside.js'
import { askableTool, outsideTool } from './outside-tools.js'

const STEPS = ['one', 'two', 'three', 'four']

for (const [index, last] of STEPS.entries()) {
  test.serial(
    `cancelled during step ${last}, what was done is undone, the last thing first`,
    async (t) => {
      const world = await outside(t)
      const tool = outsideTool(world.url)
      const workflow = defineWorkflow({
        name: 'trip',
        version: 1,
        description: 'Books a trip.',
        input: z.object({}),
        output: z.null(),
        async run(_, flow) {
          for (const step of STEPS) {
            await flow.tool(step, tool, step)
            flow.compensate(`undo-${step}`, tool, `undo ${step}`)
          }
          return null
        },
      })
      const app = await application(t, { workflows: [workflow] })
      world.look(async (moment, { what }) => {
        if (moment === 'received' && what === last) await app.workflows.cancel(id)
      })
      const id = await app.workflows.start(workflow, {}, { userId: await app.user() })
      await app.reaches(id, 'cancelled')
      const done = STEPS.slice(0, index + 1)
      t.deepEqual(world.done(), [...done, ...done.toReversed().map((step) => `undo ${step}`)])
      const finished = await app.db.query(
        "SELECT payload->>'status' AS status FROM events WHERE event_type = 'workflow.finished' AND key = $1",
        [id],
      )
      t.deepEqual(finished, [{ status: 'cancelled' }])
    },
  )
}

test.serial(
  'a run that waits is cancelled at once, and one that waits for a slot never begins',
  async (t) => {
    const world = await outside(t)
    const tool = outsideTool(world.url)
    const workflow = defineWorkflow({
      name: 'waits',
      version: 1,
      description: 'Waits.',
      input: z.object({}),
      output: z.null(),
      async run(_, flow) {
        flow.compensate('undo', tool, 'undo')
        await flow.sleep('a-day', 86_400)
        return null
      },
    })
    const app = await application(t, { workflows: [workflow], limit: () => 0 })
    const userId = await app.user()
    const queued = await app.workflows.start(workflow, {}, { userId })
    await app.workflows.cancel(queued)
    t.is(await app.statusOf(queued), 'cancelled')
    t.deepEqual(world.done(), [])
    const waiting = await app.workflows.start(workflow, {})
    await app.reaches(waiting, 'waiting')
    await app.workflows.cancel(waiting)
    await app.reaches(waiting, 'cancelled')
    t.deepEqual(world.done(), ['undo'])
    await t.throwsAsync(app.workflows.cancel(waiting), { code: 'RUN_OVER' })
  },
)

test.serial('an agent at work is told to end when its run is cancelled', async (t) => {
  const begun = Promise.withResolvers<undefined>()
  const thinker = defineAgent({
    name: 'thinker',
    description: 'Thinks until it is told to end.',
    input: z.null(),
    output: z.null(),
    run: (_, { signal }) =>
      new Promise<null>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
        begun.resolve(undefined)
      }),
  })
  const workflow = defineWorkflow({
    name: 'thinks',
    version: 1,
    description: 'Thinks.',
    input: z.null(),
    output: z.null(),
    run: (_, flow) => flow.agent('think', thinker, null),
  })
  const app = await application(t, { workflows: [workflow] })
  const id = await app.workflows.start(workflow, null)
  await begun.promise
  await app.workflows.cancel(id)
  await app.reaches(id, 'cancelled')
  t.like((await app.steps(id))[0], { name: 'think', status: 'cancelled' })
})

test.serial('a run that fails is undone, and what cannot be undone is named', async (t) => {
  const world = await outside(t)
  const tool = outsideTool(world.url)
  const broken = defineTool({
    name: 'broken',
    description: 'Fails.',
    effect: 'external',
    input: z.null(),
    output: z.null(),
    run: () => Promise.reject(new Error('the printer is on fire')),
  })
  const workflow = defineWorkflow({
    name: 'fails',
    version: 1,
    description: 'Fails.',
    input: z.null(),
    output: z.null(),
    async run(_, flow) {
      await flow.tool('one', tool, 'one')
      flow.compensate('undo-one', tool, 'undo one')
      flow.compensate('undo-nothing', broken, null)
      return flow.tool('break', broken, null)
    },
  })
  const app = await application(t, { workflows: [workflow] })
  const id = await app.workflows.start(workflow, null)
  await app.reaches(id, 'failed')
  t.deepEqual(world.done(), ['one', 'undo one'])
  t.like((await app.run(id))['error'], { code: 'COMPENSATION_FAILED' })
  t.regex(JSON.stringify(await app.run(id)), /undo-nothing failed.*the printer is on fire/)

  // What could not be undone comes first: nobody knows what came of it, so a person says.
  await app.workflows.retry(id)
  await waitFor(async () => (await app.steps(id)).some(({ status }) => status === 'unknown'))
  t.is(await app.statusOf(id), 'compensating')
  t.is((await app.resolve(id, 'undo-nothing', { outcome: 'succeeded', output: null })).status, 202)
  await app.reaches(id, 'failed')
  t.regex(JSON.stringify((await app.run(id))['error']), /STEP_FAILED.*the printer is on fire/)
  t.deepEqual(world.done(), ['one', 'undo one'])

  // Now it was undone, so it begins anew, and asks the outside with other keys.
  await app.workflows.retry(id)
  await waitFor(async () => world.effects.length === 4)
  t.deepEqual(world.done(), ['one', 'undo one', 'one', 'undo one'])
})

test.serial(
  'what is undone outside is asked about after a crash, or left to a person, and the rest is undone',
  async (t) => {
    const world = await outside(t)
    const tool = outsideTool(world.url)
    const blind = outsideTool(world.url, 'external', 'blind')
    const workflow = defineWorkflow({
      name: 'undone',
      version: 1,
      description: 'Is undone.',
      input: z.null(),
      output: z.null(),
      async run(_, flow) {
        flow.compensate('undo-first', tool, 'undo first')
        flow.compensate('undo-blindly', blind, 'undo blindly')
        flow.compensate('undo-knowingly', askableTool(world.url), 'undo knowingly')
        await flow.sleep('a-day', 86_400)
        return null
      },
    })
    const app = await application(t, { workflows: [workflow] })
    const id = await app.workflows.start(workflow, null)
    await app.reaches(id, 'waiting')
    // As if a process had begun both and died, the first time before anything came of it.
    await app.db.query(
      `CREATE FUNCTION begin_early() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN NEW.begun_at := now(); RETURN NEW; END $$`,
    )
    await app.db.query(
      `CREATE TRIGGER begin_early BEFORE INSERT ON workflow_steps FOR EACH ROW
     WHEN (NEW.kind = 'compensation' AND NEW.name <> 'undo-first') EXECUTE FUNCTION begin_early()`,
    )
    await app.workflows.cancel(id)
    await waitFor(async () => (await app.steps(id)).some(({ status }) => status === 'unknown'))
    t.deepEqual(world.done(), ['undo knowingly'])
    t.is(await app.statusOf(id), 'compensating')
    t.is(
      (await app.resolve(id, 'undo-blindly', { outcome: 'succeeded', output: null })).status,
      202,
    )
    await app.reaches(id, 'cancelled')
    t.deepEqual(world.done(), ['undo knowingly', 'undo first'])
  },
)

test.serial(
  'a cancelled run that could not be undone is undone when it is retried, and is cancelled then',
  async (t) => {
    const world = await outside(t)
    const tool = outsideTool(world.url)
    let isBroken = true
    const release = defineTool({
      name: 'release',
      description: 'Fails at first.',
      effect: 'idempotent',
      input: z.null(),
      output: z.null(),
      run: () => (isBroken ? Promise.reject(new Error('away')) : null),
    })
    const workflow = defineWorkflow({
      name: 'cancelled',
      version: 1,
      description: 'Is cancelled.',
      input: z.null(),
      output: z.null(),
      async run(_, flow) {
        await flow.tool('one', tool, 'one')
        flow.compensate('release', release, null)
        await flow.sleep('a-day', 86_400)
        return null
      },
    })
    const app = await application(t, { workflows: [workflow], config: { stepAttempts: 1 } })
    const id = await app.workflows.start(workflow, null)
    await waitFor(async () => (await app.steps(id)).some(({ name }) => name === 'a-day'))
    await app.workflows.cancel(id)
    await app.reaches(id, 'failed')
    t.like(await app.run(id), { error: { code: 'COMPENSATION_FAILED' } })
    isBroken = false
    await app.workflows.retry(id)
    await app.reaches(id, 'cancelled')
    t.like(await app.run(id), { error: null, generation: 1 })
    t.deepEqual(world.done(), ['one'])
    await t.throwsAsync(app.workflows.retry(id), { code: 'RUN_NOT_FAILED' })
  },
)
