import { getEventListeners } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { z } from 'zod'
import { defineAgent, type Agent } from '../../src/agents/agent.js'
import type { RunContext } from '../../src/agents/run-context.js'
import type { RunOptions } from '../../src/agents/run-options.js'
import { defineTool, type Tool } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { token } from '../../src/plugins/token.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'

const Clock = token<{ now(): string }>('Clock')
const clock = definePlugin({
  name: 'clock',
  provides: { clock: Clock },
  setup: () => ({ services: { clock: { now: () => 'noon' } } }),
})
const forge = createForge({ plugins: [clock()], log: captureLog().log })

const double = defineTool({
  name: 'double',
  description: 'Doubles a number.',
  effect: 'read',
  input: z.number(),
  output: z.number(),
  run: (n) => n * 2,
})

/** An agent that does whatever the test wants, with the tools it names. */
const acting = (act: (ctx: RunContext) => unknown, tools: readonly Tool[] = [], timeoutMs = 5000) =>
  defineAgent({
    name: 'actor',
    description: 'Does what a test wants.',
    input: z.unknown(),
    output: z.unknown(),
    tools,
    timeoutMs,
    run: async (_input, ctx) => act(ctx),
  })

const act = (agent: Agent, options?: RunOptions) => forge.run(agent, undefined, options)

/** A tool that waits for its signal and writes down why it was aborted. */
function waiting(t: ExecutionContext) {
  const started = deferred<void>()
  const aborted = deferred<unknown>()
  const tool = defineTool({
    name: 'wait',
    description: 'Waits for its signal.',
    effect: 'read',
    input: z.null(),
    output: z.null(),
    run: (_input, { signal }) =>
      new Promise<null>(() => {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason))
        started.resolve(undefined)
      }),
  })
  const never = () => t.fail('went on after it was cancelled')
  return { tool, started: started.promise, aborted: aborted.promise, never }
}

test('an agent answers with what its tools made of its input', async (t) => {
  const agent = defineAgent({
    name: 'quadrupler',
    description: 'Doubles twice.',
    input: z.coerce.number(),
    output: z.number(),
    tools: [double],
    run: async (n, ctx) => ctx.tool(double, await ctx.tool(double, n)),
  })
  t.is(await forge.run(agent, 3), 12)
})

test('an agent may answer without a promise', async (t) => {
  t.is(await forge.run(defineAgent({ ...double, name: 'doubler', run: (n) => n * 2 }), 4), 8)
})

test('input that does not fit is refused before the agent runs', async (t) => {
  const agent = defineAgent({ ...double, run: () => t.fail('it ran') })
  const error = await t.throwsAsync(forge.run(agent, 'three' as never), { code: 'INPUT_INVALID' })
  t.regex(error.message, /Invalid input of Agent "double"/)
})

test('an answer that does not fit is refused', async (t) => {
  const agent = defineAgent({ ...double, run: () => 'six' })
  await t.throwsAsync(forge.run(agent, 3), {
    code: 'OUTPUT_INVALID',
    message: /Agent "double" answered with what its output schema refuses/,
  })
})

test('input and answer of a tool are checked as well', async (t) => {
  const broken = defineTool({ ...double, name: 'broken', run: () => 'six' })
  const bad = act(acting((ctx) => ctx.tool(double, 'three' as never), [double]))
  await t.throwsAsync(bad, { code: 'INPUT_INVALID', message: /input of Tool "double"/ })
  const worse = act(acting((ctx) => ctx.tool(broken, 3), [broken]))
  await t.throwsAsync(worse, { code: 'OUTPUT_INVALID', message: /Tool "broken" answered/ })
})

test('a tool that the agent does not declare is refused', async (t) => {
  const error = await t.throwsAsync(act(acting((ctx) => ctx.tool(double, 3))), {
    code: 'TOOL_NOT_DECLARED',
  })
  t.regex(error.message, /Agent "actor" called the tool "double"/)
})

test('a tool has no tools of its own', async (t) => {
  const outer = defineTool({ ...double, name: 'outer', run: (n, ctx) => ctx.tool(double, n) })
  await t.throwsAsync(act(acting((ctx) => ctx.tool(outer, 3), [outer, double])), {
    code: 'TOOL_NOT_DECLARED',
  })
})

test('what an agent throws reaches its caller as it is', async (t) => {
  const cause = new Error('no')
  const throwing = acting(() => {
    throw cause
  })
  t.is(await t.throwsAsync(act(throwing)), cause)
})

test('a run that takes too long is ended with its name and its limit', async (t) => {
  const { tool, aborted } = waiting(t)
  const running = act(acting((ctx) => ctx.tool(tool, null), [tool], 20))
  const error = await t.throwsAsync(running, { code: 'RUN_TIMED_OUT' })
  t.regex(error.message, /^Agent "actor" took longer than 20 ms/)
  t.like(await aborted, { code: 'RUN_CANCELLED' })
})

test('a caller can only shorten an agent’s limit, and the message tells the shorter one', async (t) => {
  const { tool } = waiting(t)
  const agent = acting((ctx) => ctx.tool(tool, null), [tool], 20)
  await t.throwsAsync(act(agent, { timeoutMs: 60_000 }), { message: /longer than 20 ms/ })
  const patient = acting((ctx) => ctx.tool(tool, null), [tool], 60_000)
  await t.throwsAsync(act(patient, { timeoutMs: 10 }), { message: /longer than 10 ms/ })
})

test('a tool that takes too long fails alone, and its agent may go on', async (t) => {
  const { tool } = waiting(t)
  const impatient = { ...tool, timeoutMs: 10 }
  const agent = acting(
    async (ctx) => {
      await t.throwsAsync(ctx.tool(impatient, null), {
        code: 'RUN_TIMED_OUT',
        message: /Tool "wait"/,
      })
      return 'went on'
    },
    [impatient],
  )
  t.is(await act(agent), 'went on')
})

test('cancelling a run reaches the signal of a tool two agents down, and nobody goes on', async (t) => {
  const { tool, started, aborted, never } = waiting(t)
  const inner = acting((ctx) => ctx.tool(tool, null).then(never), [tool])
  const outer = acting((ctx) => ctx.run(inner, null).then(never))
  const controller = new AbortController()
  const running = act(outer, { signal: controller.signal })
  await started
  controller.abort(new Error('the customer left'))
  const error = await t.throwsAsync(running, {
    code: 'RUN_CANCELLED',
    message: /^Agent "actor" was cancelled/,
  })
  t.like(error.cause, { message: 'the customer left' })
  t.like(await aborted, { code: 'RUN_CANCELLED' })
})

test('a run that is cancelled before it begins does not begin', async (t) => {
  const agent = acting(() => t.fail('it ran'))
  await t.throwsAsync(act(agent, { signal: AbortSignal.abort() }), { code: 'RUN_CANCELLED' })
})

test('after a cancellation, no further tool is called', async (t) => {
  const controller = new AbortController()
  const untouched = defineTool({ ...double, name: 'untouched', run: () => t.fail('it ran') })
  const late = deferred<unknown>()
  const agent = acting(
    async (ctx) => {
      controller.abort()
      await ctx.tool(untouched, 1).catch(late.resolve)
    },
    [untouched],
  )
  await t.throwsAsync(act(agent, { signal: controller.signal }), { code: 'RUN_CANCELLED' })
  t.like(await late.promise, { code: 'RUN_CANCELLED' })
})

test('a run that cancels itself before its first await ends all the same', async (t) => {
  const controller = new AbortController()
  const agent = acting(() => {
    controller.abort()
    return new Promise(() => undefined)
  })
  await t.throwsAsync(act(agent, { signal: controller.signal }), { code: 'RUN_CANCELLED' })
})

test('a run that is cancelled ends as cancelled, whatever its agent throws then', async (t) => {
  const controller = new AbortController()
  const run = () => {
    controller.abort()
    throw new Error('no')
  }
  const running = forge.run(defineAgent({ ...double, run }), 1, { signal: controller.signal })
  await t.throwsAsync(running, { code: 'RUN_CANCELLED' })
})

test('principal and deadline are inherited by every step, and a step may only shorten the deadline', async (t) => {
  const seen: Pick<RunContext, 'runId' | 'principal' | 'deadline'>[] = []
  const look = defineTool({ ...double, name: 'look', run: (n, ctx) => (seen.push(ctx), n) })
  const quick = defineTool({ ...look, name: 'quick', timeoutMs: 500 })
  const inner = acting((ctx) => (seen.push(ctx), ctx.tool(look, 1)), [look])
  const outer = acting(
    async (ctx) => {
      seen.push(ctx)
      await ctx.run(inner, null)
      await ctx.tool(quick, 1)
    },
    [quick],
    2000,
  )
  await act(outer, { principal: { userId: 'ada' } })
  const [first, second, third, last] = seen
  t.deepEqual(
    seen.map(({ principal }) => principal?.userId),
    ['ada', 'ada', 'ada', 'ada'],
  )
  t.is(new Set(seen.map(({ runId }) => runId)).size, 1)
  t.deepEqual([second?.deadline, third?.deadline], [first?.deadline, first?.deadline])
  t.true(Number(last?.deadline) < Number(first?.deadline))
})

test('a run without a principal is the application’s own', async (t) => {
  t.is(await act(acting((ctx) => ctx.principal)), undefined)
})

test('every call of a run has an idempotency key of its own, that tells the run', async (t) => {
  const keys: string[] = []
  const note = defineTool({
    ...double,
    name: 'note',
    run: (n, ctx) => (keys.push(ctx.idempotencyKey), n),
  })
  const inner = acting(async (ctx) => (keys.push(ctx.idempotencyKey), ctx.tool(note, 1)), [note])
  const outer = acting(
    async (ctx) => {
      keys.push(ctx.idempotencyKey)
      await Promise.all([
        ctx.tool(note, 1),
        ctx.tool(note, 1),
        ctx.run(inner, null),
        ctx.run(inner, null),
      ])
      return ctx.runId
    },
    [note],
  )
  const runId = await act(outer)
  t.is(keys.length, 7)
  t.is(new Set(keys).size, 7)
  t.true(keys.every((key) => key.startsWith(String(runId))))
})

test('a run reaches services by their tokens', async (t) => {
  t.is(await act(acting((ctx) => ctx.get(Clock).now())), 'noon')
  await t.throwsAsync(act(acting((ctx) => ctx.get(token('Gone')))), { code: 'SERVICE_MISSING' })
})

test.serial('a finished run leaves no timer and no listener behind', async (t) => {
  const { signal } = new AbortController()
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const during: [number, number][] = []
  const look = acting(() => during.push([timers(), getEventListeners(signal, 'abort').length]))
  const before = timers()
  await act(look, { signal })
  t.deepEqual(during, [[before + 1, 1]])
  t.deepEqual([timers(), getEventListeners(signal, 'abort').length], [before, 0])
})

test('a call of nothing is a failure of the call, not of whoever makes it', async (t) => {
  const agent = acting(async (ctx) => {
    const calls = [ctx.run(undefined as never, null), ctx.tool(undefined as never, null)]
    return (await Promise.allSettled(calls)).map(({ status }) => status)
  })
  t.deepEqual(await act(agent), ['rejected', 'rejected'])
})
