import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { Interceptor } from '../../src/agents/interceptor.js'
import type { Observer } from '../../src/agents/observer.js'
import { defineTool } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import type { Contributions } from '../../src/plugins/contributions.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'

const { log } = captureLog()
const forge = createForge({ plugins: [], log })
const echo = {
  name: 'echo',
  description: 'Answers what it is asked.',
  input: z.unknown(),
  output: z.unknown(),
  run: (input: unknown) => input,
}

for (const timeoutMs of [0, -1, Number.NaN, Infinity, 2 ** 31]) {
  test(`a time limit of ${timeoutMs} ms, which no timer keeps, is refused`, async (t) => {
    const expected = { code: 'DEFINITION_INVALID', message: /"echo".*timeoutMs.*from 1 to/ }
    t.throws(() => defineAgent({ ...echo, timeoutMs }), expected)
    t.throws(() => defineTool({ ...echo, effect: 'read', timeoutMs }), expected)
    await t.throwsAsync(forge.run(defineAgent(echo), 1, { timeoutMs }), expected)
  })
}

test('a time limit that is a text is refused, and not added to others', (t) => {
  const expected = { code: 'DEFINITION_INVALID', message: /"echo": timeoutMs is of type string/ }
  t.throws(() => defineAgent({ ...echo, timeoutMs: '500' as never }), expected)
})

test('what has no name is refused', (t) => {
  for (const name of [undefined, '', 7]) {
    const nameless = { ...echo, name: name as string }
    const expected = { code: 'DEFINITION_INVALID', message: /needs a name/ }
    t.throws(() => defineAgent(nameless), expected)
    t.throws(() => defineTool({ ...nameless, effect: 'read' }), expected)
  }
})

for (const price of [-1, 0.5, Number.NaN, 2 ** 60]) {
  test(`a price of ${price}, which is no whole number of millionths, is refused`, (t) => {
    const expected = (message: RegExp) => ({ code: 'DEFINITION_INVALID', message })
    t.throws(() => defineAgent({ ...echo, price }), expected(/Agent "echo": price/))
    t.throws(() => defineTool({ ...echo, effect: 'read', price }), expected(/Tool "echo": price/))
  })
}

test('what is given as undefined is left out', (t) => {
  const nothing = { timeoutMs: undefined, requires: undefined, price: undefined }
  const tool = defineTool({ ...echo, effect: 'read', ...nothing, reconcile: undefined })
  t.deepEqual(tool, defineTool({ ...echo, effect: 'read' }))
  const noLists = { tools: undefined, on: undefined, budget: undefined, exposed: undefined }
  t.deepEqual(defineAgent({ ...echo, ...nothing, ...noLists }), defineAgent(echo))
})

test('an effect that nobody knows is refused, since nobody knows when to try again', (t) => {
  t.throws(() => defineTool({ ...echo, effect: 'reads' as 'read' }), {
    code: 'DEFINITION_INVALID',
    message: /Tool "echo": effect is reads; give one of read, idempotent, external/,
  })
})

test('a definition cannot be changed afterwards', (t) => {
  t.true(Object.isFrozen(defineAgent(echo)))
  t.true(Object.isFrozen(defineTool({ ...echo, effect: 'read' })))
})

test('the lists of a definition cannot be changed afterwards, nor by whoever gave them', (t) => {
  const add = defineTool({ ...echo, name: 'add', effect: 'read', requires: ['sums'] })
  const tools = [add]
  const agent = defineAgent({ ...echo, tools })
  tools.pop()
  t.deepEqual(agent.tools, [add])
  for (const list of [agent.tools, agent.on, agent.requires, add.requires])
    t.true(Object.isFrozen(list))
})

test('two tools of one agent cannot have one name', (t) => {
  const tools = [1, 2].map(() => defineTool({ ...echo, name: 'add', effect: 'read' }))
  t.throws(() => defineAgent({ ...echo, tools }), {
    code: 'DEFINITION_INVALID',
    message: /Agent "echo".*"add"/,
  })
  const [once] = tools
  if (once) t.notThrows(() => defineAgent({ ...echo, tools: [once, once] }))
})

test('two agents, or two tools, of an application cannot have one name', (t) => {
  const plugin = (name: string, contributions: Contributions) =>
    definePlugin({ name, setup: () => contributions })()
  const tool = () => defineTool({ ...echo, effect: 'read' })
  const agents = [
    plugin('a', { agents: [defineAgent(echo)] }),
    plugin('b', { agents: [defineAgent(echo)] }),
  ]
  const tools = [plugin('a', { tools: [tool()] }), plugin('b', { tools: [tool()] })]
  for (const [plugins, kind] of [
    [agents, 'agents'],
    [tools, 'tools'],
  ] as const) {
    t.throws(() => createForge({ plugins, log }), {
      code: 'NAME_CONFLICT',
      message: new RegExp(`Two ${kind} .*"echo"`),
    })
  }
  const shared = defineAgent(echo)
  const sharing = [plugin('a', { agents: [shared] }), plugin('b', { agents: [shared] })]
  t.notThrows(() => createForge({ plugins: sharing, log }))
})

test('a tool or a handler that is none is named by its place', (t) => {
  const code = 'DEFINITION_INVALID'
  const tool = defineTool({ ...echo, effect: 'read' })
  t.throws(() => defineAgent({ ...echo, tools: [tool, undefined as never] }), {
    code,
    message: /Agent "echo": tools\[1\] is undefined/,
  })
  t.throws(() => defineAgent({ ...echo, tools: tool as never }), {
    code,
    message: /tools is no list/,
  })
  t.throws(() => defineAgent({ ...echo, on: [null as never] }), {
    code,
    message: /on\[0\] is null/,
  })
  t.throws(() => defineAgent({ ...echo, tools: [tool, echo as never] }), {
    code,
    message: /Agent "echo": tools\[1\] was not made by defineTool\(\)/,
  })
  t.throws(() => defineAgent({ ...echo, on: [{} as never] }), {
    code,
    message: /on\[0\] was not made by on\(\)/,
  })
})

// What JavaScript lets through, and the compiler where something is `any`.
const misshapen: readonly (readonly [string, object, RegExp])[] = [
  ['without an input', { input: undefined }, /input is undefined and no schema.*imported/],
  ['with the fields of a schema', { input: { a: z.string() } }, /input is of type object and no/],
  ['without an output', { output: undefined }, /output is undefined and no schema/],
  ['without code', { run: undefined }, /run is no function/],
  ['with something else as code', { run: 7 }, /run is no function/],
  ['with a text as features', { requires: 'pro' }, /requires is no list/],
]

for (const [what, change, message] of misshapen) {
  test(`an agent or a tool ${what} is refused`, (t) => {
    const expected = { code: 'DEFINITION_INVALID', message }
    t.throws(() => defineAgent({ ...echo, ...change }), expected)
    t.throws(() => defineTool({ ...echo, effect: 'read', ...change }), expected)
  })
}

test('what is neither true nor false exposes no agent to customers', (t) => {
  for (const exposed of ['no', 'false', 1, null] as never[])
    t.throws(() => defineAgent({ ...echo, exposed }), {
      code: 'DEFINITION_INVALID',
      message: /^Agent "echo": exposed is .*; give true or false/,
    })
})

test('a reconcile that cannot be asked is refused', (t) => {
  t.throws(() => defineTool({ ...echo, effect: 'external', reconcile: true as never }), {
    code: 'DEFINITION_INVALID',
    message: /^Tool "echo": reconcile is no function/,
  })
})

test('an instance of a class is no definition, since what it inherits would be lost', (t) => {
  class Echo {
    readonly name = 'echo'
    readonly description = 'Answers what it is asked.'
    readonly effect = 'read'
    readonly input = z.unknown()
    readonly output = z.unknown()
    run(input: unknown) {
      return input
    }
  }
  for (const given of [new Echo(), undefined as never]) {
    const code = 'DEFINITION_INVALID'
    t.throws(() => defineTool(given), { code, message: /defineTool\(\): it takes a plain object/ })
    t.throws(() => defineAgent(given), {
      code,
      message: /defineAgent\(\): it takes a plain object/,
    })
  }
})

const noAgents = {
  'a name': 'echo',
  'what is not there': undefined,
  'a definition': echo,
  'a tool': defineTool({ ...echo, effect: 'read' }),
  'an agent that only handles events': defineAgent({ name: 'auditor', description: 'Listens.' }),
}

for (const [what, given] of Object.entries(noAgents)) {
  test(`${what} is no agent that can be run`, async (t) => {
    const expected = { code: 'DEFINITION_INVALID', message: /run: it is given no agent/ }
    await t.throwsAsync(forge.run(given as never, 1), expected)
    const caller = defineAgent({ ...echo, run: (_, ctx) => ctx.run(given as never, 1) })
    await t.throwsAsync(forge.run(caller, 1), expected)
  })
}

test('an interceptor that intercepts nothing, and an observer that hears nothing, are refused', (t) => {
  const plugin = (contributions: Contributions) =>
    definePlugin({ name: 'misspelt', setup: () => contributions })()
  const interceptors = [{ phase: 'guard', intercepts: () => undefined } as never as Interceptor]
  t.throws(() => createForge({ plugins: [plugin({ interceptors })], log }), {
    code: 'DEFINITION_INVALID',
    message: /An interceptor: intercept is no function/,
  })
  const observers = [{ start: () => undefined } as Observer]
  t.throws(() => createForge({ plugins: [plugin({ observers })], log }), {
    code: 'DEFINITION_INVALID',
    message: /An observer: it has neither started\(\) nor ended\(\)/,
  })
})
