import { type } from 'arktype'
import test from 'ava'
import * as v from 'valibot'
import { z } from 'zod'
import {
  createForge,
  defineAgent,
  defineEvent,
  definePlugin,
  defineTool,
  on,
} from '../../src/index.js'
import { captureLog } from '../../src/testing/index.js'

// One application for each library of schemas. What may not be written is checked when this is compiled,
// what may be is run.
const { log } = captureLog()

/** Takes a value of exactly this type. */
const exactly = <Expected>(value: Expected) => value
const nothing = (_value: unknown) => ({})

test('Zod types an agent, a tool, a configuration and an event', async (t) => {
  const shout = defineTool({
    name: 'shout',
    description: 'Shouts.',
    effect: 'read',
    input: z.object({ text: z.string(), marks: z.number().default(1) }),
    output: z.string().transform((text) => text.length),
    run: ({ text, marks }) => text + '!'.repeat(exactly<number>(marks)),
  })
  const common = {
    name: 'shouter',
    description: 'Shouts.',
    input: z.object({ text: z.string() }),
    output: z.object({ size: z.number() }),
    tools: [shout],
  }
  const agent = defineAgent({
    ...common,
    run: async (input, ctx) => ({ size: exactly<number>(await ctx.tool(shout, input)) }),
  })
  const forge = createForge({ plugins: [], log })
  t.deepEqual(exactly<{ size: number }>(await forge.run(agent, { text: 'hey' })), { size: 4 })
  const wrong = () => [
    // @ts-expect-error the text is missing
    forge.run(agent, {}),
    // @ts-expect-error the text is a string
    forge.run(agent, { text: 1 }),
    // @ts-expect-error the tool gives a number
    defineAgent({ ...common, run: (_, ctx) => ctx.tool(shout, { text: 'a' }) }),
    // @ts-expect-error a run inside a run has no options of its own
    defineAgent({ ...common, run: (input, ctx) => ctx.run(agent, input, { signal: ctx.signal }) }),
  ]
  const plugin = definePlugin({
    name: 'loud',
    config: z.object({ marks: z.number() }),
    setup: ({ config }) => nothing(exactly<number>(config.marks)),
  })
  // @ts-expect-error the marks are missing
  t.throws(() => createForge({ plugins: [plugin({})], log }), { code: 'CONFIG_INVALID' })
  const heard = defineEvent({
    name: 'loud.heard',
    version: 1,
    schema: z.object({ by: z.string() }),
  })
  on(heard, 'loud.note', async ({ payload }) => void exactly<string>(payload.by))
  t.is(typeof wrong, 'function')
})

test('Valibot types an agent, a tool, a configuration and an event', async (t) => {
  const shout = defineTool({
    name: 'shout',
    description: 'Shouts.',
    effect: 'read',
    input: v.object({ text: v.string(), marks: v.optional(v.number(), 1) }),
    output: v.pipe(
      v.string(),
      v.transform((text) => text.length),
    ),
    run: ({ text, marks }) => text + '!'.repeat(exactly<number>(marks)),
  })
  const common = {
    name: 'shouter',
    description: 'Shouts.',
    input: v.object({ text: v.string() }),
    output: v.object({ size: v.number() }),
    tools: [shout],
  }
  const agent = defineAgent({
    ...common,
    run: async (input, ctx) => ({ size: exactly<number>(await ctx.tool(shout, input)) }),
  })
  const forge = createForge({ plugins: [], log })
  t.deepEqual(exactly<{ size: number }>(await forge.run(agent, { text: 'hey' })), { size: 4 })
  const wrong = () => [
    // @ts-expect-error the text is missing
    forge.run(agent, {}),
    // @ts-expect-error the text is a string
    forge.run(agent, { text: 1 }),
    // @ts-expect-error the tool gives a number
    defineAgent({ ...common, run: (_, ctx) => ctx.tool(shout, { text: 'a' }) }),
  ]
  const plugin = definePlugin({
    name: 'loud',
    config: v.object({ marks: v.number() }),
    setup: ({ config }) => nothing(exactly<number>(config.marks)),
  })
  // @ts-expect-error the marks are missing
  t.throws(() => createForge({ plugins: [plugin({})], log }), { code: 'CONFIG_INVALID' })
  const heard = defineEvent({
    name: 'loud.heard',
    version: 1,
    schema: v.object({ by: v.string() }),
  })
  on(heard, 'loud.note', async ({ payload }) => void exactly<string>(payload.by))
  t.is(typeof wrong, 'function')
})

test('ArkType types an agent, a tool, a configuration and an event', async (t) => {
  const shout = defineTool({
    name: 'shout',
    description: 'Shouts.',
    effect: 'read',
    input: type({ text: 'string', marks: 'number = 1' }),
    output: type('string').pipe((text) => text.length),
    run: ({ text, marks }) => text + '!'.repeat(exactly<number>(marks)),
  })
  const common = {
    name: 'shouter',
    description: 'Shouts.',
    input: type({ text: 'string' }),
    output: type({ size: 'number' }),
    tools: [shout],
  }
  const agent = defineAgent({
    ...common,
    run: async (input, ctx) => ({ size: exactly<number>(await ctx.tool(shout, input)) }),
  })
  const forge = createForge({ plugins: [], log })
  t.deepEqual(exactly<{ size: number }>(await forge.run(agent, { text: 'hey' })), { size: 4 })
  const wrong = () => [
    // @ts-expect-error the text is missing
    forge.run(agent, {}),
    // @ts-expect-error the text is a string
    forge.run(agent, { text: 1 }),
    // @ts-expect-error the tool gives a number
    defineAgent({ ...common, run: (_, ctx) => ctx.tool(shout, { text: 'a' }) }),
  ]
  const plugin = definePlugin({
    name: 'loud',
    config: type({ marks: 'number' }),
    setup: ({ config }) => nothing(exactly<number>(config.marks)),
  })
  // @ts-expect-error the marks are missing
  t.throws(() => createForge({ plugins: [plugin({})], log }), { code: 'CONFIG_INVALID' })
  const heard = defineEvent({ name: 'loud.heard', version: 1, schema: type({ by: 'string' }) })
  on(heard, 'loud.note', async ({ payload }) => void exactly<string>(payload.by))
  t.is(typeof wrong, 'function')
})
