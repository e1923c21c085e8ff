import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { defineTool } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'

const forge = createForge({ plugins: [], log: captureLog().log })

/** A tool that works until it is told to stop, and then takes two more turns to clear up. */
function slow() {
  const ended = { tool: false, signal: false }
  const started = deferred<void>()
  const tool = defineTool({
    name: 'slow',
    description: 'Works until it is told to stop.',
    effect: 'external',
    input: z.null(),
    output: z.null(),
    async run(_input, { signal }) {
      started.resolve(undefined)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      ended.signal = true
      await new Promise(setImmediate)
      ended.tool = true
      return null
    },
  })
  return { tool, started: started.promise, ended }
}

const agent = (
  act: (ctx: RunContext) => unknown,
  tools: Parameters<typeof defineAgent>[0]['tools'],
) =>
  defineAgent({
    name: 'actor',
    description: 'Does what a test wants.',
    input: z.null(),
    output: z.unknown(),
    tools,
    run: async (_input, ctx) => act(ctx),
  })

test('a call that its agent did not wait for is cancelled and waited for, and is no unhandled rejection', async (t) => {
  const { tool, started, ended } = slow()
  const forgetful = agent(
    async (ctx) => {
      void ctx.tool(tool, null)
      await started
      return 'done'
    },
    [tool],
  )
  t.is(await forge.run(forgetful, null), 'done')
  t.deepEqual(ended, { signal: true, tool: true })
})

test('when one of several calls fails, the others have ended before the run has', async (t) => {
  const { tool, started, ended } = slow()
  const failing = agent(
    async (ctx) => {
      const fail = async () => {
        await started
        throw new Error('no')
      }
      await Promise.all([ctx.tool(tool, null), fail()])
    },
    [tool],
  )
  await t.throwsAsync(forge.run(failing, null), { message: 'no' })
  t.deepEqual(ended, { signal: true, tool: true })
})

test('the context of a run that has ended makes no more calls', async (t) => {
  const { tool } = slow()
  let kept: RunContext | undefined
  const keeper = agent((ctx) => void (kept = ctx), [tool])
  await forge.run(keeper, null)
  const late = kept ?? t.fail()
  if (typeof late !== 'object') return
  const expected = { code: 'RUN_ENDED', message: /^Agent "actor" has ended/ }
  await t.throwsAsync(late.tool(tool, null), expected)
  await t.throwsAsync(late.run(keeper, null), expected)
})

test('a run that is cancelled while it waits for what it left behind ends as cancelled, and its answer is not looked at', async (t) => {
  const controller = new AbortController()
  const told = deferred<void>()
  const go = deferred<void>()
  const tool = defineTool({
    name: 'slow',
    description: 'Takes its time to clear up.',
    effect: 'external',
    input: z.null(),
    output: z.null(),
    async run(_input, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      told.resolve(undefined)
      await go.promise
      return null
    },
  })
  let isLookedAt = false
  const forgetful = defineAgent({
    name: 'forgetful',
    description: 'Does not wait for its call.',
    tools: [tool],
    input: z.null(),
    output: z.string().refine(() => (isLookedAt = true)),
    run(_input, ctx) {
      void ctx.tool(tool, null)
      return 'done'
    },
  })
  const run = forge.run(forgetful, null, { signal: controller.signal })
  await told.promise
  controller.abort()
  go.resolve(undefined)
  await t.throwsAsync(run, { code: 'RUN_CANCELLED' })
  t.false(isLookedAt)
})

test('while a step hears that it is to end, nothing begins below it', async (t) => {
  const controller = new AbortController()
  const begun: string[] = []
  const refused: unknown[] = []
  const { tool: waiting, started } = slow()
  const note = defineTool({
    name: 'note',
    description: 'Notes.',
    effect: 'read',
    input: z.string(),
    output: z.null(),
    run: (text) => (begun.push(text), null),
  })
  const inner = agent(
    async (ctx) => {
      contexts.push(ctx)
      return ctx.tool(waiting, null)
    },
    [waiting, note],
  )
  const contexts: RunContext[] = []
  const outer = agent(
    async (ctx) => {
      contexts.push(ctx)
      ctx.signal.addEventListener('abort', () => {
        for (const one of contexts)
          one.tool(note, 'too late').catch((error: unknown) => refused.push(error))
      })
      return ctx.run(inner, null)
    },
    [note],
  )
  const run = forge.run(outer, null, { signal: controller.signal })
  await started
  controller.abort()
  await t.throwsAsync(run, { code: 'RUN_CANCELLED' })
  t.deepEqual(begun, [])
  t.is(refused.length, 2)
})

test('while a step that is done ends what it left behind, none of that begins a call of another', async (t) => {
  const begun: string[] = []
  const refused: unknown[] = []
  const { tool: waiting } = slow()
  const note = defineTool({
    name: 'note',
    description: 'Notes.',
    effect: 'read',
    input: z.string(),
    output: z.null(),
    run: (text) => (begun.push(text), null),
  })
  const contexts: RunContext[] = []
  const allBegun = deferred<void>()
  const sibling = agent(
    (ctx) => {
      ctx.signal.addEventListener('abort', () => {
        for (const one of contexts)
          one.tool(note, 'too late').catch((error: unknown) => refused.push(error))
      })
      if (contexts.push(ctx) === 2) allBegun.resolve()
      return ctx.tool(waiting, null)
    },
    [waiting, note],
  )
  const outer = agent(async (ctx) => {
    void ctx.run(sibling, null)
    void ctx.run(sibling, null)
    await allBegun.promise
    return 'done'
  }, [])
  t.is(await forge.run(outer, null), 'done')
  t.deepEqual(begun, [])
  t.is(refused.length, 4)
})
