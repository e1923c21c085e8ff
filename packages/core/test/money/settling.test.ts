import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { Interceptor } from '../../src/agents/interceptor.js'
import { defineTool, type Tool, type ToolDefinition } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'
import { purseLedger } from './purse-ledger.js'

/** An application with a ledger, and with these interceptors. */
function shop(pause?: () => Promise<unknown>, ...interceptors: Interceptor[]) {
  const { plugin, ...book } = purseLedger(pause)
  const plugins = [plugin, definePlugin({ name: 'phases', setup: () => ({ interceptors }) })()]
  return { forge: createForge({ plugins, log: captureLog().log }), ...book }
}

type Text = ReturnType<typeof z.string>

const tool = (more: Partial<ToolDefinition<z.ZodNull, Text>>) =>
  defineTool({
    name: 'order',
    description: 'Orders a hat.',
    effect: 'external',
    price: 400,
    input: z.null(),
    output: z.string(),
    run: () => 'ordered',
    ...more,
  })

const caller = (order: Tool<null, string, null>) =>
  defineAgent({
    name: 'buyer',
    description: 'Buys a hat.',
    tools: [order],
    input: z.null(),
    output: z.string(),
    run: (_, ctx) => ctx.tool(order, null),
  })

test('a call that has kept to its limit is paid, and answers, however long the ledger takes over it', async (t) => {
  const limitOver = deferred<void>()
  let isDone = false
  const { forge, settled, held } = shop(() => (isDone ? limitOver.promise : Promise.resolve()))
  const asked: string[] = []
  const order = tool({
    timeoutMs: 30,
    run() {
      isDone = true
      // Set later than the call's own limit, it is over later.
      setTimeout(() => limitOver.resolve(), 60)
      return 'ordered'
    },
    reconcile(_, { idempotencyKey }) {
      asked.push(idempotencyKey)
      return { done: true, output: 'ordered before' }
    },
  })
  t.is(await forge.run(caller(order), null), 'ordered')
  t.deepEqual([settled(), held(), asked], [400, 0, []])
})

test('a ledger that is away for a moment is asked again, and what is done is done once', async (t) => {
  const { forge, settled, held, breakWith } = shop()
  let calls = 0
  const order = tool({
    run() {
      calls++
      breakWith('settle', new Error('the connection was lost'))
      setTimeout(() => breakWith('settle', undefined), 20)
      return 'ordered'
    },
  })
  t.is(await forge.run(caller(order), null), 'ordered')
  t.deepEqual([calls, settled(), held()], [1, 400, 0])
})

test('a run that is cancelled while its ledger does not answer has ended soon', async (t) => {
  const settling = deferred<void>()
  let isDone = false
  const never = new Promise(() => undefined)
  const { forge } = shop(() => {
    if (!isDone) return Promise.resolve()
    settling.resolve()
    return never
  })
  const order = tool({ run: () => ((isDone = true), 'ordered') })
  const controller = new AbortController()
  const run = forge.run(caller(order), null, { signal: controller.signal })
  await settling.promise
  controller.abort()
  await t.throwsAsync(run, { code: 'RUN_CANCELLED' })
})

test('who repairs an answer makes it one that is paid for', async (t) => {
  const repair: Interceptor = {
    phase: 'guard',
    applies: ({ kind }) => kind === 'tool',
    intercept: async (_, next) => String(await next()),
  }
  const { forge, settled, held } = shop(undefined, repair)
  const reconcile = () => ({ done: false }) as const
  for (const more of [{}, { reconcile }])
    t.is(await forge.run(caller(tool({ run: () => 7 as never, ...more })), null), '7')
  t.deepEqual([settled(), held()], [800, 0])
})

test('an answer that who stands around it refuses costs nothing', async (t) => {
  const refuse: Interceptor = {
    phase: 'guard',
    applies: ({ kind }) => kind === 'tool',
    async intercept(_, next) {
      await next()
      throw new Error('not this one')
    },
  }
  const { forge, settled, held } = shop(undefined, refuse)
  await t.throwsAsync(forge.run(caller(tool({})), null), { message: 'not this one' })
  t.deepEqual([settled(), held()], [0, 0])
})

test('a call that is made twice at once is paid for once, and only the later one answers', async (t) => {
  const hedge: Interceptor = {
    phase: 'cache',
    applies: ({ kind }) => kind === 'tool',
    intercept: (_, next) => Promise.any([next(), next()]),
  }
  const { forge, settled, held } = shop(undefined, hedge)
  let calls = 0
  const order = tool({
    async run(_, { signal }) {
      const nth = ++calls
      await new Promise(setImmediate)
      signal.throwIfAborted()
      return `ordered ${nth}`
    },
  })
  t.is(await forge.run(caller(order), null), 'ordered 2')
  t.deepEqual([settled(), held()], [400, 0])
})
