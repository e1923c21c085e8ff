import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { defineTool, type Tool } from '../../src/agents/tool.js'
import { scriptedAgent, scriptedTool, testForge } from '../../src/testing/index.js'

/** An agent that does what the test wants. */
const acting = (tools: readonly Tool[], act: (ctx: RunContext) => unknown) =>
  defineAgent({
    name: 'actor',
    description: 'Does what a test wants.',
    input: z.null(),
    output: z.unknown(),
    tools,
    run: async (_input, ctx) => act(ctx),
  })

test('it answers in order with values, errors and what functions make of the input', async (t) => {
  const { forge } = await testForge(t, [])
  const tool = scriptedTool({
    name: 'look_up',
    input: z.string(),
    output: z.number(),
    answers: [1, new Error('busy'), (product, ctx) => product.length + ctx.runId.length],
  })
  const agent = acting([tool], async (ctx) => {
    t.is(await ctx.tool(tool, 'hat'), 1)
    await t.throwsAsync(ctx.tool(tool, 'scarf'), { message: 'busy' })
    t.is(await ctx.tool(tool, 'glove'), 'glove'.length + ctx.runId.length)
  })
  await forge.run(agent, null)
  t.deepEqual(tool.calls, ['hat', 'scarf', 'glove'])
  t.notThrows(() => tool.assertComplete())
})

test('what is given as undefined is left out', async (t) => {
  const { forge } = await testForge(t, [])
  const nothing = { description: undefined, effect: undefined, input: undefined, output: undefined }
  const tool = scriptedTool({ name: 'look_up', ...nothing, answers: [1] })
  t.is(tool.effect, 'external')
  t.is(await forge.run(scriptedAgent({ name: 'clerk', ...nothing, answers: [2] }), null), 2)
})

test('without schemas it takes and gives anything, also nothing', async (t) => {
  const { forge } = await testForge(t, [])
  const tool = scriptedTool({
    name: 'anything',
    answers: [undefined, { a: [1] }, (input) => input],
  })
  const agent = acting([tool], async (ctx) => [
    await ctx.tool(tool, 1),
    await ctx.tool(tool, 'two'),
    await ctx.tool(tool, null),
  ])
  t.deepEqual(await forge.run(agent, null), [undefined, { a: [1] }, null])
  tool.assertComplete()
})

test('it stands in for a real tool, with the name, the schemas and the effect of that', async (t) => {
  const { forge } = await testForge(t, [])
  const real = defineTool({
    name: 'look_up_price',
    description: 'Tells a price.',
    effect: 'read',
    input: z.string().trim(),
    output: z.number(),
    run: (): number => t.fail('the real one ran'),
  })
  const tool = scriptedTool({ ...real, answers: [new Error('busy'), 1999, 'free' as never] })
  t.like(tool, { name: 'look_up_price', description: 'Tells a price.', effect: 'read' })
  const agent = acting([tool], (ctx) => ctx.tool(tool, ' hat '))
  t.is(await forge.run(agent, null), 1999, 'what reads is tried again')
  t.deepEqual(tool.calls, ['hat', 'hat'])
  await t.throwsAsync(forge.run(agent, null), {
    code: 'OUTPUT_INVALID',
    message: /Tool .* answered/,
  })
})

test('answers that are left over are found', async (t) => {
  const { forge } = await testForge(t, [])
  const tool = scriptedTool({ name: 'look_up', answers: [1, 2] })
  t.throws(() => tool.assertComplete(), { code: 'SCRIPT_INCOMPLETE' })
  await forge.run(
    acting([tool], (ctx) => ctx.tool(tool, null)),
    null,
  )
  const { message } = t.throws(() => tool.assertComplete(), { code: 'SCRIPT_INCOMPLETE' })
  t.regex(message, /The answers of "look_up" number 2, and its calls 1\./)
})

for (const effect of ['read', 'external'] as const) {
  test(`a call beyond the last answer fails, once, and is found (${effect})`, async (t) => {
    const { forge } = await testForge(t, [])
    const tool = scriptedTool({ name: 'look_up', effect, answers: [] })
    const swallows = acting([tool], async (ctx) => {
      await t.throwsAsync(ctx.tool(tool, 'hat'), { code: 'SCRIPT_EXHAUSTED' })
    })
    await forge.run(swallows, null)
    t.deepEqual(tool.calls, ['hat'])
    t.throws(() => tool.assertComplete(), { code: 'SCRIPT_INCOMPLETE' })
  })
}
