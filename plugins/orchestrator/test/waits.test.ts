import { defineEvent } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { z } from 'zod'
import { defineWorkflow } from '../src/index.js'
import { application, type Application } from './application.js'

const paid = defineEvent({
  name: 'shop.paid',
  version: 1,
  schema: z.object({ order: z.string(), amount: z.number() }),
  key: ({ order }) => order,
})

const publish = (app: Application, order: string, amount: number) =>
  app.db.transaction((tx) => app.bus.publish(tx, paid, { order, amount }))

const order = defineWorkflow({
  name: 'order',
  version: 1,
  description: 'Waits for everything there is to wait for.',
  input: z.object({ order: z.string() }),
  output: z.object({ amount: z.number(), size: z.number() }),
  events: [paid],
  async run({ order: key }, flow) {
    await flow.sleep('a-moment', 1)
    const { amount } = await flow.waitForEvent('payment', paid, { key })
    const { size } = await flow.waitForPerson('size', {
      question: 'Which size?',
      answer: z.object({ size: z.coerce.number().positive() }),
    })
    return { amount, size }
  },
})

test('a timer, an event and a person are waited for while no process is there', async (t) => {
  const first = await application(t, { workflows: [order] })
  const id = await first.workflows.start(order, { order: 'o1' })
  await first.reaches(id, 'waiting')
  await first.forge.stop()

  const second = await application(t, { workflows: [order], url: first.url })
  await waitFor(async () => (await second.steps(id)).at(-1)?.name === 'payment')
  await second.reaches(id, 'waiting')
  await second.forge.stop()

  // Somebody who handles nothing publishes.
  const publisher = await application(t, { workflows: [order], url: first.url, consume: false })
  await publish(publisher, 'another', 1)
  await publish(publisher, 'o1', 1999)
  await publisher.forge.stop()

  const third = await application(t, { workflows: [order], url: first.url })
  await waitFor(async () => (await third.steps(id)).at(-1)?.name === 'size')
  await third.reaches(id, 'waiting')
  t.deepEqual(await third.db.query('SELECT 1 FROM event_deliveries'), [], 'a person costs nothing')
  await third.answer(id, 'size', { size: '7' })
  await third.reaches(id, 'succeeded')
  t.deepEqual((await third.run(id))['output'], { amount: 1999, size: 7 })
})

test('events that came before their step, or together, are had once each', async (t) => {
  const gate = defineEvent({
    name: 'shop.opened',
    version: 1,
    schema: z.object({ order: z.string() }),
    key: (payload) => payload.order,
  })
  const workflow = defineWorkflow({
    name: 'instalments',
    version: 1,
    description: 'Is paid in parts.',
    input: z.string(),
    output: z.array(z.number()),
    events: [paid, gate],
    async run(key, flow) {
      await flow.waitForEvent('gate', gate, { key })
      const [first, second] = await flow.parallel([
        flow.waitForEvent('first', paid, { key }),
        flow.waitForEvent('second', paid, { key }),
      ])
      const third = await flow.waitForEvent('third', paid, { key })
      const fourth = await flow.waitForEvent('fourth', paid, { key })
      return [first.amount, second.amount, third.amount, fourth.amount]
    },
  })
  const app = await application(t, { workflows: [workflow] })
  await publish(app, 'o2', 0)
  const id = await app.workflows.start(workflow, 'o2')
  await app.reaches(id, 'waiting')
  await publish(app, 'o2', 1)
  await app.db.transaction((tx) => app.bus.publish(tx, gate, { order: 'o2' }))
  await app.db.transaction(async (tx) => {
    for (const amount of [2, 3]) await app.bus.publish(tx, paid, { order: 'o2', amount })
  })
  await publish(app, 'o2', 4)
  await app.reaches(id, 'succeeded')
  t.deepEqual(
    ((await app.run(id))['output'] as number[]).toSorted((a, b) => a - b),
    [1, 2, 3, 4],
  )
})

test('a wait that takes too long fails its step, which the workflow may deal with', async (t) => {
  const workflow = defineWorkflow({
    name: 'impatient',
    version: 1,
    description: 'Waits a second.',
    input: z.null(),
    output: z.string(),
    async run(_, flow) {
      try {
        return await flow.waitForPerson('answer', {
          question: 'Well?',
          answer: z.string(),
          timeoutSeconds: 1,
        })
      } catch (error) {
        return (error as { code: string }).code
      }
    },
  })
  const app = await application(t, { workflows: [workflow] })
  const id = await app.workflows.start(workflow, null)
  await app.reaches(id, 'succeeded')
  t.is((await app.run(id))['output'], 'WAIT_TIMED_OUT')
})

test('an event and a timer may race, and the way that was taken stays the way', async (t) => {
  const workflow = defineWorkflow({
    name: 'race',
    version: 1,
    description: 'Races.',
    input: z.string(),
    output: z.array(z.string()),
    events: [paid],
    async run(key, flow) {
      const first = await Promise.race([
        flow.sleep('late', 1).then(() => 'timer'),
        flow.waitForEvent('paid', paid, { key }).then(() => 'event'),
      ])
      await flow.sleep('both-come', 2)
      return [first]
    },
  })
  const app = await application(t, { workflows: [workflow] })
  const id = await app.workflows.start(workflow, 'o3')
  await waitFor(async () => (await app.steps(id)).some(({ name }) => name === 'both-come'))
  await publish(app, 'o3', 1)
  await app.reaches(id, 'succeeded')
  t.deepEqual((await app.run(id))['output'], ['timer'])
})
