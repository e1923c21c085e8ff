import test from 'ava'
import { z } from 'zod'
import {
  createForge,
  defineAgent,
  defineErrors,
  defineEvent,
  definePlugin,
  defineSignal,
  defineTool,
  on,
  token,
  type EventBus,
  type InjectableClass,
  type Transaction,
} from '../src/index.js'

// What these tests say is checked when this file is compiled: an expected error that is not there is one.
const compiled = test.macro((t, _program: (given: Given) => unknown) => t.pass())

interface Given {
  bus: EventBus
  tx: Transaction
}

const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.object({ order: z.string() }) })
const progress = defineSignal<number>('shop.progress')
const Clock = token<{ now(): Date }>('Clock')
const Count = token<number>('Count')
const using = (_value: unknown) => ({})
const double = defineTool({
  name: 'double',
  description: 'Doubles.',
  effect: 'read',
  input: z.number(),
  output: z.number(),
  run: (n) => n * 2,
})

test('an event is published with its payload in a transaction', compiled, ({ bus, tx }) => {
  void bus.publish(tx, sold, { order: 'o1' })
  // @ts-expect-error the order is a string
  void bus.publish(tx, sold, { order: 1 })
  // @ts-expect-error the order is missing
  void bus.publish(tx, sold, {})
  // @ts-expect-error there is no transaction
  void bus.publish(sold, { order: 'o1' })
})

test(
  'a signal is signalled and an event is published, never the other way round',
  compiled,
  ({ bus, tx }) => {
    bus.signal(progress, 1)
    // @ts-expect-error the progress is a number
    bus.signal(progress, 'one')
    // @ts-expect-error a signal cannot be published
    void bus.publish(tx, progress, 1)
    // @ts-expect-error an event cannot be signalled
    bus.signal(sold, { order: 'o1' })
    // @ts-expect-error an event cannot be listened to
    bus.listen(sold, () => undefined)
    // @ts-expect-error a signal has no durable handlers
    on(progress, 'shop.progress', async () => undefined)
  },
)

test('a handler is given the payload of its event', compiled, () => {
  on(sold, 'shop.thanks', async ({ payload }) => void payload.order.length)
  // @ts-expect-error there is no such field
  on(sold, 'shop.thanks', async ({ payload }) => void payload.price)
})

test('the second step of a handler is given what the first resolved with', compiled, () => {
  on(sold, 'shop.bill', { prepare: async () => 3, commit: async (_ctx, n) => void n.toFixed() })
  // @ts-expect-error a number has no length
  on(sold, 'shop.bill', { prepare: async () => 3, commit: async (_ctx, n) => void n.length })
})

test('a plugin is made with the configuration that its schema takes', compiled, () => {
  const config = z.object({ key: z.string(), units: z.string().default('metric') })
  const weather = definePlugin({ name: 'weather', config, setup: () => ({}) })
  weather({ key: 'k' })
  // @ts-expect-error the key is missing
  weather({ units: 'metric' })
  // @ts-expect-error the key is a string
  weather({ key: 1 })
  // @ts-expect-error there is nothing without which it could do
  weather()
})

test('a plugin whose options all have defaults may be made without any', compiled, () => {
  const config = z.object({ units: z.string().default('metric') })
  const weather = definePlugin({
    name: 'weather',
    config,
    setup: ({ config }) => using(config.units),
  })
  weather()
})

test('setup returns every service that the plugin provides', compiled, () => {
  const provides = { clock: Clock }
  definePlugin({
    name: 'clock',
    provides,
    setup: () => ({ services: { clock: { now: () => new Date() } } }),
  })
  // @ts-expect-error no services are returned
  definePlugin({ name: 'clock', provides, setup: () => ({}) })
  // @ts-expect-error the clock is missing
  definePlugin({ name: 'clock', provides, setup: () => ({ services: {} }) })
  // @ts-expect-error the clock cannot tell the time
  definePlugin({ name: 'clock', provides, setup: () => ({ services: { clock: {} } }) })
  // @ts-expect-error nothing is provided
  definePlugin({ name: 'clock', setup: () => ({ services: { clock: {} } }) })
})

test('setup is given what the plugin requires, and nothing else', compiled, () => {
  definePlugin({ name: 'a', requires: { clock: Clock }, setup: ({ clock }) => using(clock.now()) })
  // @ts-expect-error the clock was not required
  definePlugin({ name: 'a', setup: ({ clock }) => using(clock) })
  // @ts-expect-error an optional service may be missing
  definePlugin({ name: 'a', optional: { clock: Clock }, setup: ({ clock }) => using(clock.now()) })
})

test('a tool takes and gives what its schemas say', compiled, () => {
  const common = {
    name: 'size',
    description: 'Measures.',
    effect: 'read',
    input: z.string(),
  } as const
  defineTool({ ...common, output: z.number(), run: (text) => text.length })
  // @ts-expect-error the output is a number
  defineTool({ ...common, output: z.number(), run: (text) => text })
  // @ts-expect-error the input is a string
  defineTool({ ...common, output: z.number(), run: (n) => n * 2 })
})

test('a tool is asked what became of a call in the words of its schemas', compiled, () => {
  const common = {
    name: 'order',
    description: 'Orders.',
    effect: 'external',
    input: z.object({ size: z.coerce.number() }),
    output: z.object({ id: z.string() }),
    run: () => ({ id: '' }),
  } as const
  defineTool({ ...common, reconcile: () => ({ done: false }) })
  defineTool({ ...common, reconcile: async () => ({ done: true, output: { id: 'order 7' } }) })
  defineTool({
    ...common,
    reconcile: ({ size }, { idempotencyKey }) => {
      void size.toFixed()
      return idempotencyKey === '' ? { done: false } : { done: true, output: { id: '' } }
    },
  })
  // @ts-expect-error the id is a string
  defineTool({ ...common, reconcile: () => ({ done: true, output: { id: 7 } }) })
  // @ts-expect-error what was done has come to something
  defineTool({ ...common, reconcile: () => ({ done: true }) })
  // @ts-expect-error it says whether it was done
  defineTool({ ...common, reconcile: () => null })
})

test(
  'an agent takes and gives what its schemas say, and so do the tools that it calls',
  compiled,
  () => {
    const common = {
      name: 'sizer',
      description: 'Measures.',
      input: z.string(),
      output: z.number(),
    }
    defineAgent({ ...common, tools: [double], run: (text, ctx) => ctx.tool(double, text.length) })
    // @ts-expect-error the tool takes a number
    defineAgent({ ...common, tools: [double], run: (text, ctx) => ctx.tool(double, text) })
    // @ts-expect-error the output is a number
    defineAgent({ ...common, run: (text) => text })
    defineAgent({
      ...common,
      tools: [double],
      run(text, ctx) {
        // @ts-expect-error whose signal, deadline and principal a call has is not for the caller to say
        return ctx.tool(double, text.length, { signal: new AbortController().signal })
      },
    })
    defineAgent({
      ...common,
      run(text, ctx) {
        // @ts-expect-error nor is it for the agent itself
        ctx.signal = new AbortController().signal
        return text.length
      },
    })
  },
)

test(
  'only an agent that can be called is run, with the input that it takes',
  compiled,
  async () => {
    const forge = createForge({ plugins: [] })
    const sizer = defineAgent({
      name: 'sizer',
      description: 'Measures.',
      input: z.string(),
      output: z.number(),
      run: (text) => text.length,
    })
    const size: number = await forge.run(sizer, 'hello')
    // @ts-expect-error it takes a string
    await forge.run(sizer, size)
    // @ts-expect-error it only handles events
    await forge.run(defineAgent({ name: 'quiet', description: 'Listens.', on: [] }), 'hello')
  },
)

test('a static inject list fits the constructor that takes it', compiled, () => {
  class Fits {
    static readonly inject = [Clock, Count] as const
    constructor(
      readonly clock: { now(): Date },
      readonly count: number,
    ) {}
  }
  class Misfits {
    static readonly inject = [Count] as const
    constructor(readonly clock: { now(): Date }) {}
  }
  const fits: InjectableClass<Fits, typeof Fits.inject> = Fits
  // @ts-expect-error the constructor takes another service
  const misfits: InjectableClass<Misfits, typeof Misfits.inject> = Misfits
  return [fits, misfits]
})

test('an error is made from the parameters of its message', compiled, () => {
  const errors = defineErrors({
    GONE: { message: (p: { id: string }) => `No ${p.id}.` },
    BROKEN: { message: () => 'x' },
  })
  errors.GONE({ id: 'x' })
  errors.BROKEN()
  // @ts-expect-error the id is missing
  errors.GONE({})
  // @ts-expect-error there is no such code
  using(errors.LOST)
})
