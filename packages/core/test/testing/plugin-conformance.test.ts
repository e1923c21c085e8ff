import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import * as v from 'valibot'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { defineTool } from '../../src/agents/tool.js'
import { defineEvent } from '../../src/events/event.js'
import { on } from '../../src/events/subscription.js'
import type { Contributions } from '../../src/plugins/contributions.js'
import { definePlugin, type Plugin, type PluginFactory } from '../../src/plugins/plugin.js'
import { token } from '../../src/plugins/token.js'
import {
  pluginConformance,
  scriptedTool,
  waitFor,
  type PluginConformanceOptions,
} from '../../src/testing/index.js'
import type { Schema } from '../../src/validation/schema.js'
import { registered } from './registered.js'

interface Greetings {
  greet(name: string): string
  readonly greeted: string[]
}
const Greetings = token<Greetings>('Greetings')
const Language = token<{ hello: string }>('Language')
const language = definePlugin({
  name: 'language',
  provides: { language: Language },
  setup: () => ({ services: { language: { hello: 'Hello' } } }),
})
const greeted = defineEvent({ name: 'greeter.greeted', version: 1, schema: z.string() })

const waitTool = defineTool({
  name: 'wait_for_answer',
  description: 'Waits for an answer.',
  effect: 'read',
  input: z.object({ ms: z.number() }),
  output: z.null(),
  run: async ({ ms }, { signal }) => delay(ms, null, { signal }),
})

/** A plugin with a bit of everything, which keeps all rules. */
const greeter = definePlugin({
  name: 'greeter',
  config: z.object({
    host: z.string().default('127.0.0.1'),
    server: z.object({ port: z.number().min(0) }),
  }),
  requires: { language: Language },
  provides: { greetings: Greetings },
  events: [greeted],
  setup({ config, language }) {
    const names: string[] = []
    const greetings = {
      greeted: names,
      greet: (name: string) => `${language.hello} ${names.push(name)}. ${name}`,
    }
    const agent = defineAgent({
      name: 'greeting-agent',
      description: 'Greets.',
      input: z.string(),
      output: z.string(),
      tools: [waitTool],
      on: [on(greeted, 'greeter.answer', async () => undefined)],
      run: (name) => greetings.greet(name),
    })
    return {
      services: { greetings },
      agents: [agent],
      tools: [waitTool],
      on: [on(greeted, 'greeter.note', async () => undefined)],
      commands: [{ name: 'greet', description: 'greets', run: async () => undefined }],
      async start() {
        const server = createServer().listen(config.server.port, config.host)
        await once(server, 'listening')
        return () => new Promise<void>((resolve) => void server.close(() => resolve()))
      },
      serve() {
        const timer = setInterval(() => undefined, 60_000)
        return () => clearInterval(timer)
      },
    }
  },
})

pluginConformance(test, greeter, {
  config: { server: { port: 0 } },
  refuses: [
    { config: {}, path: 'server' },
    { config: { server: { port: -1 } }, path: 'server.port' },
  ],
  needs: () => [language()],
  inputs: { wait_for_answer: { ms: 60_000 } },
  state: {
    change: (forge) => void forge.get(Greetings).greet('Ada'),
    read: (forge) => [...forge.get(Greetings).greeted],
  },
  failing: () => [greeter({ host: '203.0.113.1', server: { port: 0 } }), language()],
})

/** The suite for a plugin that is not as it should be. */
const faulty = <Config extends Schema>(
  plugin: PluginFactory<Config>,
  options?: PluginConformanceOptions<unknown>,
) => registered((register) => pluginConformance(register, plugin, options))

const contributing = (contributions: () => Contributions) =>
  definePlugin({ name: 'faulty', setup: contributions })

/** Timers that a faulty plugin leaves behind, cleared when the test ends. */
function timers() {
  const left: NodeJS.Timeout[] = []
  return {
    leave: () => void left.push(setInterval(() => undefined, 60_000)),
    clear: () => left.forEach((timer) => clearInterval(timer)),
  }
}

test.serial('a setup that opens something is found', async (t) => {
  const { leave, clear } = timers()
  t.teardown(clear)
  const rings = contributing(() => (leave(), {}))
  await t.throwsAsync(faulty(rings).run(t, 'setup opens nothing'), {
    message: /setup\(\) opened 1 × Timeout; open things in start/,
  })
  const reading: Promise<unknown>[] = []
  const reads = contributing(() => (reading.push(readFile(import.meta.filename)), {}))
  await t.throwsAsync(faulty(reads).run(t, 'setup opens nothing'), { message: /opened 1 × FSReq/ })
  await Promise.all(reading)
})

test.serial('a setup that is asynchronous is found', async (t) => {
  const late = contributing((() => Promise.resolve({})) as never)
  await t.throwsAsync(faulty(late).run(t, 'setup opens nothing'), { message: /returned a promise/ })
})

test.serial('names that change from one setup to the next are found', async (t) => {
  let made = 0
  const consumer = () => on(greeted, `faulty.note-${++made}`, async () => undefined)
  const fickle = contributing(() => ({ on: [consumer()] }))
  await t.throwsAsync(faulty(fickle).run(t, 'contributes the same'), { message: /note-2/ })
})

test.serial(
  'a configuration that does not fit is found, and so is a path that is not named',
  async (t) => {
    const configured = definePlugin({
      name: 'configured',
      config: z.object({ port: z.number() }),
      setup: () => ({}),
    })
    const refuses = [
      { config: { port: 1 }, path: 'port' },
      { config: {}, path: 'host' },
    ]
    const suite = faulty(configured, { config: { port: 'one' }, refuses })
    await t.throwsAsync(suite.run(t, 'good configuration'), { code: 'CONFIG_INVALID' })
    await t.throwsAsync(suite.run(t, 'bad configuration 1'), { message: 'it was accepted' })
    await t.throwsAsync(suite.run(t, 'bad configuration 2'), { message: /refused at "port" only/ })
  },
)

test.serial('what is left behind is found, after each way to stop', async (t) => {
  const { leave, clear } = timers()
  t.teardown(clear)
  const leaks = contributing(() => ({ start: leave }))
  const breaks = contributing(() => ({ start: () => (leave(), Promise.reject(new Error('no'))) }))
  const suite = faulty(leaks, { failing: () => [breaks()] })
  for (const title of [
    'started and stopped',
    'for a command',
    'fails to start, it',
    'fails to serve',
    'its own start',
  ]) {
    await t.throwsAsync(suite.run(t, title), { message: /^it left 1 × Timeout behind/ }, title)
  }
})

test.serial(
  'a listener of the process that is left is found, and so is one of setup',
  async (t) => {
    const listener = () => undefined
    t.teardown(() => void process.removeAllListeners('SIGUSR2'))
    const listens = contributing(() => ({ start: () => void process.on('SIGUSR2', listener) }))
    await t.throwsAsync(faulty(listens).run(t, 'started and stopped'), {
      message: /^it left 1 × listener of the process to SIGUSR2 behind/,
    })
    const early = contributing(() => (process.on('SIGUSR2', listener), {}))
    await t.throwsAsync(faulty(early).run(t, 'setup opens nothing'), {
      message: /opened 1 × listener of the process to SIGUSR2/,
    })
    const tidy = contributing(() => ({
      start() {
        process.on('SIGUSR2', listener)
        return () => void process.off('SIGUSR2', listener)
      },
    }))
    await t.notThrowsAsync(faulty(tidy).run(t, 'started and stopped'))
  },
)

test.serial('an interval without a reference that is left is found', async (t) => {
  const left: NodeJS.Timeout[] = []
  t.teardown(() => left.forEach((timer) => clearInterval(timer)))
  const tick = () => {
    const timer = setInterval(() => undefined, 60_000)
    timer.unref()
    left.push(timer)
    return () => clearInterval(timer)
  }
  const quiet = contributing(() => ({ start: () => void tick() }))
  await t.throwsAsync(faulty(quiet).run(t, 'started and stopped'), {
    message: /^it left 1 × interval without a reference behind/,
  })
  const tidy = contributing(() => ({ start: tick }))
  await t.notThrowsAsync(faulty(tidy).run(t, 'started and stopped'))
})

test.serial('a list on the global object that is left is found', async (t) => {
  const shared = globalThis as { faultyHooks?: number[] }
  t.teardown(() => void delete shared.faultyHooks)
  const global = contributing(() => ({ start: () => void (shared.faultyHooks ??= []).push(1) }))
  await t.throwsAsync(faulty(global).run(t, 'started and stopped'), {
    message: /^it left 1 × global variable faultyHooks behind/,
  })
})

test.serial('a timer that a tool leaves behind is found', async (t) => {
  const { leave, clear } = timers()
  t.teardown(clear)
  const run = () => {
    leave()
    return null
  }
  const careless = defineTool({ ...waitTool, name: 'careless', run })
  const suite = faulty(
    contributing(() => ({ tools: [careless] })),
    { inputs: { careless: { ms: 1 } } },
  )
  await t.throwsAsync(suite.run(t, '"careless"'), {
    message: /^"careless" left \d × Timeout behind/,
  })
})

test.serial('a stop that fails is found, also where another plugin is to blame', async (t) => {
  const stuck = contributing(() => ({ start: () => () => Promise.reject(new Error('stuck')) }))
  // The stop that the suite sees to when the test ends fails as well.
  const quiet = { teardown: () => undefined, pass: () => undefined }
  const suite = faulty(stuck)
  await t.throwsAsync(suite.run(quiet, 'stopping twice'), { code: 'STOP_FAILED' })
  await t.throwsAsync(suite.run(quiet, 'fails to start, it'), { code: 'ERR_ASSERTION' })
})

test.serial('a plugin that cannot start again after a rollback is found', async (t) => {
  let taken = false
  const greedy = contributing(() => ({
    start() {
      if (taken) throw new Error('taken')
      taken = true
    },
  }))
  const running = faulty(greedy).run(t, 'fails to serve')
  await t.throwsAsync(running, { message: /failed to start: taken/ })
})

test.serial('an application that does not fail as it should is found', async (t) => {
  const fine = contributing(() => ({}))
  const other = definePlugin({
    name: 'other',
    setup: () => ({ start: () => Promise.reject(new Error('no')) }),
  })
  const stuck = contributing(() => ({
    start: () => () => Promise.reject(new Error('stuck')),
    serve: () => Promise.reject(new Error('no')),
  }))
  const ends = (application: Plugin, message: RegExp) =>
    t.throwsAsync(faulty(fine, { failing: () => [application] }).run(t, 'its own start'), {
      message,
    })
  await ends(fine(), /another ending/)
  await ends(other(), /another ending/)
  await ends(stuck(), /could not be stopped/)
})

test.serial('state of the module is found', async (t) => {
  const shared = { count: 0 }
  const Counter = token<{ count: number }>('Counter')
  const counter = definePlugin({
    name: 'counter',
    provides: { counter: Counter },
    setup: () => ({ services: { counter: shared } }),
  })
  const suite = faulty(counter, {
    state: {
      change: (forge) => void forge.get(Counter).count++,
      read: (forge) => forge.get(Counter).count,
    },
  })
  await t.throwsAsync(suite.run(t, 'share no service'), { message: /both have the same Counter/ })
  await t.throwsAsync(suite.run(t, 'what changes'), { message: /the state of the two is one/ })
  const idle = faulty(counter, { state: { change: () => undefined, read: () => 0 } })
  await t.throwsAsync(idle.run(t, 'what changes'), { message: /changed nothing/ })
  Object.freeze(shared)
  await t.notThrowsAsync(suite.run(t, 'share no service'))
})

test.serial('names that are misformed or used twice are found, all at once', async (t) => {
  const tool = (name: string) => defineTool({ ...waitTool, name })
  const misnamed = definePlugin({
    name: 'misnamed',
    events: [defineEvent({ name: 'Sold.Out', version: 1, schema: z.string() })],
    setup: () => ({
      tools: [tool('waitForAnswer'), tool('wait')],
      agents: [
        defineAgent({
          name: 'my_agent',
          description: 'Mine.',
          tools: [tool('wait-here'), tool('wait')],
        }),
      ],
      on: [on(greeted, 'note', async () => undefined)],
    }),
  })
  const { message } = await t.throwsAsync(faulty(misnamed).run(t, 'names have the form'))
  for (const problem of [
    'the tool "waitForAnswer" is not named like snake_case',
    'the tool "wait-here" is not named like snake_case',
    'there are two tools "wait"',
    'the agent "my_agent" is not named like kebab-case',
    'the consumer "note" is not named like owner.what-it-does',
    'the event "Sold.Out" is not named like owner.past_tense',
  ]) {
    t.true(message.includes(problem), message)
  }
})

test.serial('what has no description is found', async (t) => {
  const silent = contributing(() => ({ tools: [defineTool({ ...waitTool, description: ' ' })] }))
  await t.throwsAsync(faulty(silent).run(t, 'say what they are for'), {
    message: /wait_for_answer/,
  })
})

test.serial('a schema that validates asynchronously is found, wherever it is', async (t) => {
  const slow = z.string().refine(async () => true)
  const wordy = z.object({ text: slow })
  const lagging = definePlugin({
    name: 'lagging',
    events: [defineEvent({ name: 'lagging.happened', version: 1, schema: slow })],
    setup: () => ({
      tools: [scriptedTool({ name: 'wait_for_answer', input: wordy, output: slow, answers: [] })],
      agents: [
        defineAgent({
          name: 'slow',
          description: 'Slow.',
          input: slow,
          output: slow,
          run: (a) => a,
        }),
      ],
    }),
  })
  const suite = faulty(lagging, { inputs: { wait_for_answer: { text: 'hello' } } })
  const { message } = await t.throwsAsync(suite.run(t, 'synchronously'))
  for (const where of [
    'the event "lagging.happened"',
    'the input of tool "wait_for_answer"',
    'the output of tool "wait_for_answer"',
    'the input of agent "slow"',
    'the output of agent "slow"',
  ]) {
    t.true(message.includes(`${where} validates asynchronously`), message)
  }
})

test.serial('a schema that throws is named', async (t) => {
  const text = v.string()
  const parsing = v.pipe(
    v.any(),
    v.transform((json) => JSON.parse(String(json)) as unknown),
  )
  const agent = defineAgent({
    name: 'reader',
    description: 'Reads.',
    input: parsing,
    output: text,
    run: () => '',
  })
  const throwing = definePlugin({ name: 'throwing', setup: () => ({ agents: [agent] }) })
  await t.throwsAsync(faulty(throwing).run(t, 'synchronously'), {
    message: /the input of agent "reader" throws in place of answering with issues: /,
  })
})

test.serial('a tool that goes on after its signal is found', async (t) => {
  let atWork = 0
  const deaf = defineTool({
    ...waitTool,
    name: 'deaf',
    run: async () => {
      atWork++
      await delay(100)
      atWork--
      return null
    },
  })
  const once = defineTool({
    ...waitTool,
    name: 'looks_once',
    run: async (_input, { signal }) => {
      signal.throwIfAborted()
      await new Promise((resolve) => setImmediate(resolve))
      signal.throwIfAborted()
      atWork++
      await delay(100)
      atWork--
      return null
    },
  })
  const inputs = { deaf: { ms: 1 }, looks_once: { ms: 1 }, absent: {}, wait_for_answer: 'five' }
  const suite = faulty(
    contributing(() => ({ tools: [deaf, once, waitTool] })),
    { inputs },
  )
  for (const name of ['deaf', 'looks_once']) {
    await t.throwsAsync(suite.run(t, `"${name}"`), { message: /still at work one tick after/ })
  }
  await t.throwsAsync(suite.run(t, '"absent"'), { message: /contributes no tool "absent"/ })
  await t.throwsAsync(suite.run(t, '"wait_for_answer"'), { code: 'INPUT_INVALID' })
  await waitFor(() => atWork === 0)
})
