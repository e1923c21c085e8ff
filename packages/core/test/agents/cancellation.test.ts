import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { defineTool } from '../../src/agents/tool.js'
import { ForgeError } from '../../src/errors/errors.js'
import { createForge } from '../../src/forge.js'
import { captureLog } from '../../src/testing/index.js'

const forge = createForge({ plugins: [], log: captureLog().log })

/**
 * A swarm three levels deep: each agent awaits, calls a tool, then two agents below it at once. Every await
 * point is numbered as it is reached, and at the one that is asked for, the run is cancelled.
 */
function swarm(cancelAt: number) {
  const controller = new AbortController()
  const seen = { points: 0, startedAfter: 0, waitingTools: 0, toldTools: 0, running: 0 }
  const point = async () => {
    if (seen.points++ === cancelAt) controller.abort()
    await Promise.resolve()
  }
  const enter = () => {
    if (controller.signal.aborted) seen.startedAfter++
    seen.running++
  }
  const tool = defineTool({
    name: 'wait',
    description: 'Waits until it is told to stop, or for two turns.',
    effect: 'external',
    input: z.null(),
    output: z.null(),
    async run(_input, ctx) {
      enter()
      seen.waitingTools++
      ctx.signal.addEventListener('abort', () => seen.toldTools++)
      await point()
      await point()
      if (!controller.signal.aborted) seen.waitingTools--
      seen.running--
      return null
    },
  })
  const level = (depth: number): ReturnType<typeof leaf> => {
    if (depth === 0) return leaf()
    const below = level(depth - 1)
    return defineAgent({
      ...leaf(),
      name: `level-${depth}`,
      async run(_input, ctx) {
        enter()
        try {
          await point()
          await ctx.tool(tool, null)
          await point()
          await Promise.all([ctx.run(below, null), ctx.run(below, null)])
          await point()
          return null
        } finally {
          seen.running--
        }
      },
    })
  }
  const leaf = () =>
    defineAgent({
      name: 'leaf',
      description: 'Waits.',
      tools: [tool],
      input: z.null(),
      output: z.null(),
      async run(_input, ctx) {
        enter()
        try {
          return await ctx.tool(tool, null)
        } finally {
          seen.running--
        }
      },
    })
  return { agent: level(2), controller, seen }
}

test('without a cancellation the swarm runs through', async (t) => {
  const { agent, controller, seen } = swarm(Infinity)
  t.is(await forge.run(agent, null, { signal: controller.signal }), null)
  t.is(seen.running, 0)
})

test('cancelled at any await point, no code starts afterwards, every waiting tool is told, and the run ends as cancelled', async (t) => {
  const { agent, controller, seen: whole } = swarm(Infinity)
  await forge.run(agent, null, { signal: controller.signal })
  t.true(whole.points > 20)
  for (let at = 0; at < whole.points; at++) {
    const { agent, controller, seen } = swarm(at)
    await t.throwsAsync(forge.run(agent, null, { signal: controller.signal }), {
      code: 'RUN_CANCELLED',
    })
    t.is(seen.startedAfter, 0, `started after the cancellation at point ${at}`)
    t.is(seen.toldTools, seen.waitingTools, `tools told at point ${at}`)
    t.is(seen.running, 0, `still running after the end, cancelled at point ${at}`)
  }
})

test('a cancelled run ends within one tick of the last of its code', async (t) => {
  const { agent, controller, seen: whole } = swarm(Infinity)
  await forge.run(agent, null, { signal: controller.signal })
  for (let at = 0; at < whole.points; at++) {
    const { agent, controller, seen } = swarm(at)
    const ended = forge.run(agent, null, { signal: controller.signal }).then(
      () => 'finished',
      () => 'cancelled',
    )
    // One turn at a time, so that the turn in which the last handler ended is known.
    while (seen.running > 0 || !controller.signal.aborted) await Promise.resolve()
    const tick = new Promise((resolve) => setImmediate(resolve, 'still running'))
    t.is(await Promise.race([ended, tick]), 'cancelled', `cancelled at point ${at}`)
  }
})

test('cancelled in any turn of the event loop, also between the kernel’s own steps, it is the same', async (t) => {
  let turns = 0
  for (let finished = false; !finished; turns++) {
    const { agent, controller, seen } = swarm(Infinity)
    const ended = forge.run(agent, null, { signal: controller.signal }).then(
      () => 'finished',
      (error: unknown) => (error instanceof ForgeError ? error.code : 'failed'),
    )
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    controller.abort()
    const outcome = await ended
    finished = outcome === 'finished'
    if (!finished) t.is(outcome, 'RUN_CANCELLED', `cancelled in turn ${turns}`)
    t.is(seen.startedAfter, 0, `started after the cancellation in turn ${turns}`)
    // A tool that has just ended, but whose answer nobody has seen yet, may be told too.
    t.true(finished || seen.toldTools >= seen.waitingTools, `tools told in turn ${turns}`)
    t.is(seen.running, 0, `still running after the end, cancelled in turn ${turns}`)
  }
  t.true(turns > 30, `${turns} turns`)
})

test('a run that is cancelled while its input is checked does not begin', async (t) => {
  const controller = new AbortController()
  let begun = 0
  const agent = defineAgent({
    name: 'checked',
    description: 'Checks its input.',
    input: z.null().refine(() => (controller.abort(), true)),
    output: z.null(),
    run: () => (begun++, null),
  })
  const expected = { code: 'RUN_CANCELLED' }
  await t.throwsAsync(forge.run(agent, null, { signal: controller.signal }), expected)
  t.is(begun, 0)
})
