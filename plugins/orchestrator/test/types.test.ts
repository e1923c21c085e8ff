import { defineAgent, defineEvent, definePlugin, defineTool } from '@titanforge/core'
import test from 'ava'
import { z } from 'zod'
import { defineWorkflow, type Flow, type Stored, type Workflows } from '../src/index.js'

// What these tests say is checked when this file is compiled: an expected error that is not there is one.
const compiled = test.macro((t, _program: (flow: Flow, workflows: Workflows) => unknown) =>
  t.pass(),
)

const book = defineTool({
  name: 'book',
  description: 'Books.',
  effect: 'external',
  input: z.object({ seat: z.number() }),
  output: z.object({ id: z.string(), at: z.date() }),
  run: ({ seat }) => ({ id: `${seat}`, at: new Date() }),
})
const writer = defineAgent({
  name: 'writer',
  description: 'Writes.',
  input: z.string(),
  output: z.string(),
  run: (text) => text,
})
const paid = defineEvent({
  name: 'shop.paid',
  version: 1,
  schema: z.object({ amount: z.number() }),
  key: () => 'key',
})
const definition = {
  name: 'typed',
  version: 1,
  description: 'Is typed.',
  input: z.object({ seats: z.number().default(1) }),
  output: z.object({ id: z.string() }),
}
const same = <Type>(value: Type) => value

test('a step takes what its tool or agent takes', compiled, (flow) => {
  void flow.tool('book', book, { seat: 1 })
  // @ts-expect-error the seat is a number
  void flow.tool('book', book, { seat: 'one' })
  // @ts-expect-error a tool has a name of its own in a workflow
  void flow.tool(book, { seat: 1 })
  // @ts-expect-error it takes text
  void flow.agent('write', writer, 1)
  // @ts-expect-error an agent is no tool
  void flow.tool('write', writer, 'hats')
  flow.compensate('unbook', book, { seat: 1 })
  // @ts-expect-error the seat is missing
  flow.compensate('unbook', book, {})
})

test('what a step has come to is what the journal keeps of it', compiled, async (flow) => {
  const booked = await flow.tool('book', book, { seat: 1 })
  same<string>(booked.id)
  same<string>(booked.at)
  // @ts-expect-error a date comes back as text
  same<Date>(booked.at)
  const [one, text, nothing] = await flow.parallel([
    flow.tool('one', book, { seat: 1 }),
    flow.agent('text', writer, 'hats'),
    flow.sleep('a-moment', 1),
  ])
  same<string>(one.id)
  same<string>(text)
  same<void>(nothing)
  // @ts-expect-error it is text
  same<number>(text)
  same<number>((await flow.waitForEvent('paid', paid, { key: 'k' })).amount)
  // @ts-expect-error an event is waited for by its key
  await flow.waitForEvent('paid', paid, {})
  const answer = z.object({ ok: z.boolean() })
  same<boolean>((await flow.waitForPerson('ask', { question: 'Well?', answer })).ok)
  // @ts-expect-error an answer has a schema
  await flow.waitForPerson('ask', { question: 'Well?' })
})

test('a workflow takes its input as parsed, and comes to its output', compiled, (_, workflows) => {
  const workflow = defineWorkflow({
    ...definition,
    run: async ({ seats }, flow) => {
      same<number>(seats)
      return { id: (await flow.tool('book', book, { seat: seats })).id }
    },
  })
  void workflows.start(workflow, {})
  void workflows.start(workflow, { seats: 2 }, { userId: 'ada' })
  // @ts-expect-error seats are a number
  void workflows.start(workflow, { seats: 'two' })
  // @ts-expect-error the id is missing
  defineWorkflow({ ...definition, run: async () => ({}) })
  // @ts-expect-error the schedule's input is the workflow's
  defineWorkflow({ ...definition, schedule: { cron: '* * * * *', input: { seats: '' } }, run })
  definePlugin({ name: 'shop', setup: () => ({ workflows: [workflow] }) })
})
const run = async () => ({ id: '' })

test('what is stored is JSON', compiled, () => {
  same<Stored<{ at: Date; note?: string; n: (Date | null)[] }>>({ at: 'x', n: ['y', null] })
  same<Stored<undefined>>(null)
  // @ts-expect-error a function is not stored
  same<Stored<() => void>>(() => undefined)
  // @ts-expect-error the date is text
  same<Stored<{ at: Date }>>({ at: new Date() })
})
