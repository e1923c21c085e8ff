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
