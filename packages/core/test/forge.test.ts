import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../src/agents/agent.js'
import { EventBus } from '../src/events/event-bus.js'
import { defineEvent } from '../src/events/event.js'
import { on } from '../src/events/subscription.js'
import { createForge } from '../src/forge.js'
import { definePlugin } from '../src/plugins/plugin.js'
import { token } from '../src/plugins/token.js'
import { captureLog } from '../src/testing/index.js'
import { MemoryUnitOfWork } from '../src/transactions/memory-unit-of-work.js'
import { UnitOfWork, type Transaction } from '../src/transactions/transaction.js'

const { log } = captureLog()
const Counter = token<{ value: number }>('Counter')
const counter = definePlugin({
  name: 'counter',
  provides: { counter: Counter },
  setup: () => ({ services: { counter: { value: 0 } } }),
})

test('two forges of the same plugins share no service', (t) => {
  const [one, two] = [
    createForge({ plugins: [counter()], log }),
    createForge({ plugins: [counter()], log }),
  ]
  one.get(Counter).value = 7
  t.is(two.get(Counter).value, 0)
  t.not(one.get(EventBus), two.get(EventBus))
})

test('a service of one forge is missing in another', (t) => {
  createForge({ plugins: [counter()], log })
  const empty = createForge({ plugins: [], log })
  t.is(empty.find(Counter), undefined)
  const error = t.throws(() => empty.get(Counter), { code: 'SERVICE_MISSING' })
  t.regex(error.message, /No plugin provides Counter/)
})

test('events of one forge do not reach another', async (t) => {
  const happened = defineEvent({ name: 'test.happened', version: 1, schema: z.string() })
  const heard: string[] = []
  const listener = (name: string) =>
    definePlugin({
      name,
      setup: () => ({
        on: [
          on(happened, 'listener', async ({ payload }) => void heard.push(`${name} ${payload}`)),
        ],
      }),
    })()
  const [one, two] = [
    createForge({ plugins: [listener('one')], log }),
    createForge({ plugins: [listener('two')], log }),
  ]
  await Promise.all([one.start(), two.start()])
  await one.get(UnitOfWork).transaction((tx) => one.get(EventBus).publish(tx, happened, 'hello'))
  await Promise.all([one.stop(), two.stop()])
  t.deepEqual(heard, ['one hello'])
})

test("a plugin's own bus takes the place of the one in memory", (t) => {
  const bus = { ...createForge({ plugins: [], log }).get(EventBus) }
  const ownBus = definePlugin({
    name: 'own-bus',
    provides: { bus: EventBus },
    setup: () => ({ services: { bus } }),
  })
  const forge = createForge({ plugins: [ownBus()], log })
  t.is(forge.get(EventBus), bus)
  t.false(forge.inspect().some((report) => report.plugin === 'memory-events'))
})

test("the bus in memory publishes and handles in a plugin's own transactions", async (t) => {
  const happened = defineEvent({ name: 'test.happened', version: 1, schema: z.string() })
  const opened: Transaction[] = []
  const handled: Transaction[] = []
  const unitOfWork = new MemoryUnitOfWork(captureLog().log)
  const own: UnitOfWork = {
    transaction: (work) =>
      unitOfWork.transaction((tx) => {
        opened.push(tx)
        return work(tx)
      }),
  }
  const database = definePlugin({
    name: 'database',
    provides: { unitOfWork: UnitOfWork },
    setup: () => ({
      services: { unitOfWork: own },
      on: [on(happened, 'test.hears', async ({ tx }) => void handled.push(tx))],
    }),
  })
  const forge = createForge({ plugins: [database()], log })
  await forge.start()
  await own.transaction((tx) => forge.get(EventBus).publish(tx, happened, 'hello'))
  await forge.stop()
  t.is(opened.length, 2)
  t.deepEqual(handled, opened.slice(1))
})

test('two plugins cannot declare one event differently', (t) => {
  const declare = (name: string) => {
    const event = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
    return definePlugin({ name, events: [event], setup: () => ({}) })()
  }
  const error = t.throws(() => createForge({ plugins: [declare('one'), declare('two')], log }), {
    code: 'EVENT_CONFLICT',
  })
  t.regex(error.message, /"shop\.sold"/)
})

test('one event may be declared by several plugins that share it', (t) => {
  const event = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
  const declare = (name: string) => definePlugin({ name, events: [event], setup: () => ({}) })()
  t.notThrows(() => createForge({ plugins: [declare('one'), declare('two')], log }))
})

test('two handlers cannot share a consumer name, whether of a plugin or of an agent', (t) => {
  const event = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
  const handler = on(event, 'shop.thanks', async () => undefined)
  const agent = defineAgent({ name: 'thanks', description: 'Says thanks.', on: [handler] })
  const plugin = definePlugin({ name: 'shop', setup: () => ({ on: [handler], agents: [agent] }) })
  const error = t.throws(() => createForge({ plugins: [plugin()], log }), {
    code: 'CONSUMER_CONFLICT',
  })
  t.regex(error.message, /"shop\.thanks"/)
})

test('an agent handles events once its forge serves', async (t) => {
  const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
  const heard: string[] = []
  const agent = defineAgent({
    name: 'thanks',
    description: 'Says thanks.',
    on: [on(sold, 'shop.thanks', async ({ payload }) => void heard.push(payload))],
  })
  const forge = createForge({
    plugins: [definePlugin({ name: 'shop', setup: () => ({ agents: [agent] }) })()],
    log,
  })
  await forge.start()
  await forge.get(UnitOfWork).transaction((tx) => forge.get(EventBus).publish(tx, sold, 'a hat'))
  await forge.stop()
  t.deepEqual(heard, ['a hat'])
})

test('inspect tells who requires and provides what in start order, and shows no configuration', (t) => {
  const reader = definePlugin({
    name: 'reader',
    config: z.object({ secretKey: z.string() }),
    requires: { counter: Counter },
    optional: { bus: EventBus },
    collects: ['agents'],
    setup: () => ({}),
  })
  const forge = createForge({ plugins: [reader({ secretKey: 'hush' }), counter()], log })
  const report = forge.inspect()
  t.deepEqual(report.map((r) => r.plugin).slice(-2), ['counter', 'reader'])
  t.deepEqual(report.at(-1), {
    plugin: 'reader',
    requires: ['Counter'],
    optional: ['EventBus'],
    provides: [],
    collects: ['agents'],
  })
  t.notRegex(JSON.stringify(report), /hush/)
})

test('a forge runs the commands that its plugins contribute', async (t) => {
  const command = {
    name: 'hello',
    description: 'says hello',
    run: async ({ print }: { print(line: string): void }) => print('Hello.'),
  }
  const plugin = definePlugin({ name: 'polite', setup: () => ({ commands: [command] }) })
  const lines: string[] = []
  await createForge({ plugins: [plugin()], log }).command(['hello'], (line) => lines.push(line))
  t.deepEqual(lines, ['Hello.'])
})

test('two commands of one name are refused', (t) => {
  const command = { name: 'tidy', description: 'tidies up', run: async () => undefined }
  const plugin = (name: string) => definePlugin({ name, setup: () => ({ commands: [command] }) })()
  t.throws(() => createForge({ plugins: [plugin('a'), plugin('b')], log: captureLog().log }), {
    code: 'COMMAND_CONFLICT',
  })
})

test('configuration for a plugin that takes none is refused', (t) => {
  const plain = definePlugin({ name: 'plain', setup: () => ({}) })
  const plugin = { ...plain(), config: { colour: 'red' } }
  t.throws(() => createForge({ plugins: [plugin], log: captureLog().log }), {
    code: 'CONFIG_INVALID',
    message: /plain: takes no configuration/,
  })
})

test('a plugin and an application make classes of the services they list', (t) => {
  const Clock = token<{ hour: number }>('test.Clock')
  class Greeter {
    static readonly inject = [Clock] as const
    constructor(readonly clock: { hour: number }) {}
  }
  const clock = definePlugin({
    name: 'clock',
    provides: { clock: Clock },
    setup: () => ({ services: { clock: { hour: 9 } } }),
  })
  let made: Greeter | undefined
  const user = definePlugin({
    name: 'user',
    requires: { clock: Clock },
    setup({ forge }) {
      made = forge.make(Greeter)
      return {}
    },
  })
  const forge = createForge({ plugins: [user(), clock()], log: captureLog().log })
  t.is(made?.clock.hour, 9)
  t.is(forge.make(Greeter).clock.hour, 9)
})
