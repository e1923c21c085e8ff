import test from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { PHASES, type Interceptor, type Phase } from '../../src/agents/interceptor.js'
import { defineTool } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'

const { log } = captureLog()

const add = defineTool({
  name: 'add',
  description: 'Adds one.',
  effect: 'external',
  input: z.number(),
  output: z.number(),
  run: (n) => n + 1,
})
const adder = defineAgent({
  name: 'adder',
  description: 'Adds one.',
  tools: [add],
  input: z.number(),
  output: z.number(),
  run: (n, ctx) => ctx.tool(add, n),
})

function forgeWith(...plugins: (readonly Interceptor[])[]) {
  const made = plugins.map((interceptors, index) =>
    definePlugin({ name: `plugin-${index}`, setup: () => ({ interceptors }) })(),
  )
  return createForge({ plugins: made, log })
}

test('every call of an agent and a tool passes the phases in order, plugin by plugin inside a phase', async (t) => {
  const anyPhases = fc.array(fc.constantFrom(...PHASES), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.array(anyPhases, { minLength: 1, maxLength: 4 }), async (plugins) => {
      const passed: string[] = []
      const note = (phase: Phase, name: string): Interceptor => ({
        phase,
        async intercept(call, next) {
          passed.push(`${call.kind} ${phase} ${name}`)
          return next()
        },
      })
      const named = plugins.map((phases, plugin) =>
        phases.map((phase, index) => note(phase, `${plugin}.${index}`)),
      )
      t.is(await forgeWith(...named).run(adder, 1), 2)
      const expected = PHASES.flatMap((phase) =>
        plugins.flatMap((phases, plugin) =>
          phases.flatMap((one, index) => (one === phase ? [`${phase} ${plugin}.${index}`] : [])),
        ),
      )
      t.deepEqual(passed, [
        ...expected.map((line) => `agent ${line}`),
        ...expected.map((line) => `tool ${line}`),
      ])
    }),
    { numRuns: 50 },
  )
})

test('an interceptor that throws, at once or later, stops the call before it is made', async (t) => {
  let calls = 0
  const counted = defineTool({ ...add, run: (n) => ((calls += 1), n) })
  const caller = defineAgent({ ...adder, tools: [counted], run: (n, ctx) => ctx.tool(counted, n) })
  const refuse = (): never => {
    throw new Error('closed')
  }
  for (const intercept of [refuse, async () => refuse()]) {
    const onTools: Interceptor = {
      phase: 'guard',
      intercept: (call, next) => (call.kind === 'tool' ? intercept() : next()),
    }
    await t.throwsAsync(forgeWith([onTools]).run(caller, 1), { message: 'closed' })
  }
  t.is(calls, 0)
})

test('an interceptor may answer in place of the call, and its answer is checked', async (t) => {
  const answering = (answer: unknown): Interceptor => ({
    phase: 'cache',
    intercept: async (call, next) => (call.kind === 'tool' ? answer : next()),
  })
  t.is(await forgeWith([answering(7)]).run(adder, 1), 7)
  await t.throwsAsync(forgeWith([answering('seven')]).run(adder, 1), { code: 'OUTPUT_INVALID' })
})

test('an interceptor sees the parsed input and the context of the call', async (t) => {
  const seen: unknown[] = []
  const look: Interceptor = {
    phase: 'admit',
    async intercept({ kind, definition, input, ctx }, next) {
      seen.push([kind, definition.name, input, ctx.principal?.userId])
      return next()
    },
  }
  await forgeWith([look]).run(adder, 1, { principal: { userId: 'ada' } })
  t.deepEqual(seen, [
    ['agent', 'adder', 1, 'ada'],
    ['tool', 'add', 1, 'ada'],
  ])
})

test('once a run is cancelled, no further interceptor is asked', async (t) => {
  const controller = new AbortController()
  const asked: string[] = []
  const cancel: Interceptor = {
    phase: 'guard',
    async intercept(_call, next) {
      asked.push('guard')
      controller.abort()
      return next()
    },
  }
  const after: Interceptor = {
    phase: 'cache',
    async intercept(_call, next) {
      asked.push('cache')
      return next()
    },
  }
  const run = forgeWith([cancel, after]).run(adder, 1, { signal: controller.signal })
  await t.throwsAsync(run, { code: 'RUN_CANCELLED' })
  t.deepEqual(asked, ['guard'])
})

test('once a run is cancelled while its input is checked, the first interceptor is not asked either', async (t) => {
  const controller = new AbortController()
  const asked: string[] = []
  const guard: Interceptor = {
    phase: 'guard',
    applies: () => (asked.push('applies'), true),
    intercept: (_call, next) => (asked.push('intercept'), next()),
  }
  const input = z.null().refine(() => (controller.abort(), true))
  const checked = defineAgent({ ...adder, input, run: () => 1 })
  const run = forgeWith([guard]).run(checked, null, { signal: controller.signal })
  await t.throwsAsync(run, { code: 'RUN_CANCELLED' })
  t.deepEqual(asked, [])
})

test('once the innermost interceptor has cancelled a run, the agent’s code is not started', async (t) => {
  const controller = new AbortController()
  const cancel: Interceptor = {
    phase: 'reserve',
    intercept(_call, next) {
      controller.abort()
      return next()
    },
  }
  const never = defineAgent({ ...adder, run: () => t.fail() })
  const run = forgeWith([cancel]).run(never, 1, { signal: controller.signal })
  await t.throwsAsync(run, { code: 'RUN_CANCELLED' })
})

test('an interceptor of no known phase, which would let everything pass, is refused', (t) => {
  const typo = { phase: 'gaurd', intercept: async () => 1 } as unknown as Interceptor
  t.throws(() => forgeWith([typo]), { code: 'DEFINITION_INVALID', message: /"gaurd".*guard/ })
})

test('what throws at once or answers with no promise, inside a retry, is like what does it later', async (t) => {
  let attempts = 0
  const read = defineTool({ ...add, effect: 'read' })
  const reader = defineAgent({ ...adder, tools: [read], run: (n, ctx) => ctx.tool(read, n) })
  const careless = {
    phase: 'reserve',
    intercept(call: { kind: string }, next: () => Promise<unknown>) {
      if (call.kind === 'agent') return next()
      if (++attempts < 3) throw new Error('busy')
      return 7
    },
  } as unknown as Interceptor
  t.is(await forgeWith([careless]).run(reader, 1), 7)
  t.is(attempts, 3)
})

test('a call that an interceptor makes after it has answered is not made', async (t) => {
  const late: Promise<unknown>[] = []
  const hasty: Interceptor = {
    phase: 'cache',
    applies: ({ kind }) => kind === 'tool',
    async intercept(_call, next) {
      const afterwards = new Promise(setImmediate).then(next)
      late.push(t.throwsAsync(afterwards, { code: 'RUN_ENDED' }))
      return 7
    },
  }
  t.is(await forgeWith([hasty]).run(adder, 1), 7)
  await Promise.all(late)
  t.is(late.length, 1)
})

test('what `applies` throws is the failure of the call, also for the interceptors before it', async (t) => {
  const caught: unknown[] = []
  const outer: Interceptor = {
    phase: 'guard',
    intercept: (_call, next) =>
      next().catch((error: unknown) => {
        caught.push(error)
        throw error
      }),
  }
  const failure = new Error('no answer')
  const broken: Interceptor = {
    phase: 'reserve',
    applies() {
      throw failure
    },
    intercept: (_call, next) => next(),
  }
  t.is(await t.throwsAsync(forgeWith([outer, broken]).run(adder, 1)), failure)
  t.deepEqual(caught, [failure])
})

test('code that an interceptor did not wait for is told to end, and waited for', async (t) => {
  const seen: string[] = []
  const slow = defineTool({
    ...add,
    async run(n, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      seen.push('told')
      await new Promise(setImmediate)
      seen.push('ended')
      return n
    },
  })
  const caller = defineAgent({ ...adder, tools: [slow], run: (n, ctx) => ctx.tool(slow, n) })
  const hasty: Interceptor = {
    phase: 'retry',
    applies: ({ kind }) => kind === 'tool',
    intercept: (_call, next) => Promise.race([next(), Promise.resolve(7)]),
  }
  t.is(await forgeWith([hasty]).run(caller, 1), 7)
  t.deepEqual(seen, ['told', 'ended'])
})

test('code that an interceptor did not wait for, and that does not end, holds the run up for its grace only', async (t) => {
  const stuck = defineTool({ ...add, run: () => new Promise<number>(() => undefined) })
  const caller = defineAgent({ ...adder, tools: [stuck], run: (n, ctx) => ctx.tool(stuck, n) })
  const hasty: Interceptor = {
    phase: 'retry',
    applies: ({ kind }) => kind === 'tool',
    intercept: (_call, next) => Promise.race([next(), Promise.resolve(7)]),
  }
  t.is(await forgeWith([hasty]).run(caller, 1), 7)
})

for (const phase of PHASES) {
  test(`an agent does not begin where an interceptor of "${phase}" has ended the run just before`, async (t) => {
    const cancelled = new AbortController()
    const ends: Interceptor = {
      phase,
      applies: () => (cancelled.abort(), false),
      intercept: (_call, next) => next(),
    }
    const text = z.string()
    const run = () => t.fail('it was begun')
    const agent = defineAgent({ name: 'a', description: '', input: text, output: text, run })
    const { signal } = cancelled
    await t.throwsAsync(forgeWith([ends]).run(agent, 'x', { signal }), { code: 'RUN_CANCELLED' })
  })
}

test('once a run is over, no interceptor is asked whether it applies', async (t) => {
  const asked: string[] = []
  const controller = new AbortController()
  const cancelling: Interceptor = {
    phase: 'guard',
    intercept(_call, next) {
      controller.abort()
      return next()
    },
  }
  const asking: Interceptor = {
    phase: 'approve',
    applies: ({ kind }) => asked.push(kind) > 0,
    intercept: (_call, next) => next(),
  }
  const { signal } = controller
  await t.throwsAsync(forgeWith([cancelling, asking]).run(adder, 1, { signal }), {
    code: 'RUN_CANCELLED',
  })
  t.deepEqual(asked, [])
})

test('calls of an interceptor have keys that no call of the code has', async (t) => {
  const keys: string[] = []
  const note = defineAgent({
    ...adder,
    name: 'note',
    tools: [],
    run: (n, { idempotencyKey }) => (keys.push(idempotencyKey), n),
  })
  const caller = defineAgent({ ...adder, tools: [], run: (n, ctx) => ctx.run(note, n) })
  const noting: Interceptor = {
    phase: 'guard',
    applies: ({ definition }) => definition === caller,
    async intercept({ ctx }, next) {
      await ctx.run(note, 1)
      const result = await next()
      await ctx.run(note, 2)
      return result
    },
  }
  await forgeWith([noting]).run(caller, 1, { idempotencyKey: 'k' })
  t.deepEqual(keys, ['k:adder.around-1-note', 'k:adder.1-note', 'k:adder.around-2-note'])
})
