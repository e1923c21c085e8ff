import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { z } from 'zod'
import { defineAgent, type Agent } from '../../src/agents/agent.js'
import type { Interceptor, Phase } from '../../src/agents/interceptor.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { defineTool, type Tool, type ToolDefinition } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
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
    effect: 'idempotent',
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

const about = (phase: Phase, intercept: Interceptor['intercept']): Interceptor => ({
  phase,
  applies: ({ kind }) => kind === 'tool',
  intercept,
})

test('who answers before an attempt has ended, answers for nothing', async (t) => {
  const refresh = about('cache', (_, next) => {
    void next()
    return Promise.resolve('stale')
  })
  const lose = about('guard', (_, next) => Promise.race([next(), Promise.resolve('fallback')]))
  for (const [interceptor, answer] of [
    [refresh, 'stale'],
    [lose, 'fallback'],
  ] as const) {
    for (const reconcile of [undefined, () => ({ done: false }) as const]) {
      const { forge, settled, held } = shop(undefined, interceptor)
      const untilAborted: Parameters<typeof tool>[0]['run'] = (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        )
      const order = tool({ run: untilAborted, ...(reconcile && { reconcile }) })
      t.is(await forge.run(caller(order), null), answer)
      t.deepEqual([settled(), held()], [0, 0])
    }
  }
})

test('what ends after its step has costs nothing', async (t) => {
  const lose = about('guard', (_, next) => Promise.race([next(), Promise.resolve('fallback')]))
  const { forge, settled, held } = shop(undefined, lose)
  const stubborn = tool({
    run: (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('ordered'))),
  })
  t.is(await forge.run(caller(stubborn), null), 'fallback')
  t.deepEqual([settled(), held()], [0, 0])
})

test('an attempt that an interceptor forgets is no unhandled rejection', async (t) => {
  const check = about('guard', (_, next) => {
    void next()
    return Promise.reject(new Error('the check has failed'))
  })
  const { forge } = shop(undefined, check)
  await t.throwsAsync(forge.run(caller(tool({})), null), { message: 'the check has failed' })
  await new Promise(setImmediate)
})

test('a call that fails says why, at once, though the ledger does not release its price', async (t) => {
  let isAway = false
  const { forge } = shop(() => (isAway ? new Promise(() => undefined) : Promise.resolve()))
  const order = tool({
    run() {
      isAway = true
      throw new RangeError('sold out')
    },
  })
  await t.throwsAsync(forge.run(caller(order), null), { message: 'sold out' })
})

test('however deep a swarm is, a ledger that hangs holds up its end for one grace only', async (t) => {
  let isAway = false
  const { forge } = shop(() => (isAway ? new Promise(() => undefined) : Promise.resolve()))
  const waiting = deferred<void>()
  const level = (depth: number): Agent<null, string> =>
    defineAgent({
      name: `level-${depth}`,
      description: 'Calls the next one.',
      price: 100,
      input: z.null(),
      output: z.string(),
      run: (_, { run, signal }) =>
        depth > 0
          ? run(level(depth - 1), null)
          : new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason as Error))
              waiting.resolve()
            }),
    })
  const controller = new AbortController()
  const run = forge.run(level(8), null, { signal: controller.signal })
  await waiting.promise
  isAway = true
  const at = performance.now()
  controller.abort()
  await t.throwsAsync(run, { code: 'RUN_CANCELLED' })
  t.true(performance.now() - at < 5_000, 'nine graces would be nine seconds')
})

test('a ledger that does not say whether it is paid is named', async (t) => {
  let isDone = false
  const { forge } = shop(() => (isDone ? new Promise(() => undefined) : Promise.resolve()))
  const order = tool({ timeoutMs: 500, run: () => ((isDone = true), 'ordered') })
  await t.throwsAsync(forge.run(caller(order), null), { code: 'LEDGER_TIMED_OUT' })
})

test('what may have to be paid is held until it is known what became of it', async (t) => {
  const { forge, settled, held, breakWith } = shop()
  const order = tool({
    run() {
      breakWith('reserve', new Error('the money is gone meanwhile'))
      throw new Error('connection reset')
    },
    reconcile: () => ({ done: true, output: 'ordered' }),
  })
  t.is(await forge.run(caller(order), null), 'ordered')
  t.deepEqual([settled(), held()], [400, 0])
})

test('what stands around a call and what stands around an attempt spend under keys of their own', async (t) => {
  const spend = (phase: Phase, amount: number) =>
    about(phase, async (call, next) => {
      await (await call.ctx.budget.reserve(amount)).settle(amount)
      return next()
    })
  const { forge, settled } = shop(undefined, spend('guard', 100), spend('reserve', 200))
  for (const reconcile of [undefined, () => ({ done: false }) as const])
    await forge.run(caller(tool(reconcile ? { reconcile } : {})), null)
  t.is(settled(), 2 * (100 + 200 + 400))
})

test('nothing is set aside under a key whose release is still under way', async (t) => {
  let isSlow = false
  const { forge, held, settled } = shop(() => (isSlow ? delay(1_200) : Promise.resolve()))
  const heldAtWork: number[] = []
  let attempts = 0
  const order = tool({
    effect: 'idempotent',
    async run(_, { budget }) {
      isSlow = false
      const reservation = await budget.reserve(10)
      heldAtWork.push(held())
      if (++attempts === 1) {
        isSlow = true
        throw new Error('away')
      }
      await delay(2_000)
      heldAtWork.push(held())
      await reservation.settle(10)
      return 'ordered'
    },
  })
  t.is(await forge.run(caller(order), null), 'ordered')
  t.deepEqual([heldAtWork, settled(), held()], [[410, 410, 410], 410, 0])
})

test('an agent that left a call behind is paid as any other, however long both take', async (t) => {
  let isDone = false
  const { forge, settled } = shop(() => (isDone ? delay(700) : Promise.resolve()))
  const stubborn = tool({
    price: 0,
    run: (_, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => setTimeout(() => resolve('too late'), 600))
      }),
  })
  const hasty = defineAgent({
    name: 'hasty',
    description: 'Does not wait.',
    tools: [stubborn],
    price: 300,
    input: z.null(),
    output: z.string(),
    run(_, ctx) {
      void ctx.tool(stubborn, null)
      isDone = true
      return 'done'
    },
  })
  t.is(await forge.run(hasty, null), 'done')
  t.is(settled(), 300)
})

for (const operation of ['reserve', 'release'] as const) {
  test(`a call that can be asked about waits for a ledger inside its limit (${operation} hangs)`, async (t) => {
    let calls = 0
    const { forge } = shop(() =>
      operation === 'reserve' || calls > 0 ? new Promise(() => undefined) : Promise.resolve(),
    )
    const order = tool({
      timeoutMs: 200,
      run() {
        calls++
        throw new Error('connection reset')
      },
      reconcile: () => ({ done: false }),
    })
    const error = await t.throwsAsync(forge.run(caller(order), null), { code: 'RUN_TIMED_OUT' })
    t.regex(error.message, /^Tool "order" took longer than 200 ms/)
  })
}

test('a question calls and spends under keys of its own', async (t) => {
  const { forge, requests, settled } = shop()
  const spend = async (amount: number, { budget }: RunContext) => {
    await (await budget.reserve(amount)).settle(amount)
  }
  const order = tool({
    price: 0,
    async run(_, ctx) {
      await spend(20, ctx)
      throw new Error('connection reset')
    },
    async reconcile(_, ctx) {
      await spend(3, ctx)
      return { done: true, output: 'ordered' }
    },
  })
  t.is(await forge.run(caller(order), null, { idempotencyKey: 'k' }), 'ordered')
  t.is(settled(), 23)
  t.deepEqual(
    requests.map(({ key }) => key),
    ['k:buyer.1-order$1', 'k:buyer.1-order$question1-1'],
  )
})

test('what an attempt has left is given back before the next sets the same aside', async (t) => {
  const spend = about('retry', async (call, next) => {
    const reservation = await call.ctx.budget.reserve(20)
    const answer = await next()
    await reservation.settle(10)
    return answer
  })
  const { forge, settled, held } = shop(undefined, spend)
  let calls = 0
  const order = tool({
    price: 0,
    run() {
      if (++calls === 1) throw new Error('connection reset')
      t.is(held(), 20)
      return 'ordered'
    },
    reconcile: () => ({ done: false }),
  })
  t.is(await forge.run(caller(order), null), 'ordered')
  t.deepEqual([settled(), held()], [10, 0])
})

test('what is called or set aside after the end is no unhandled rejection', async (t) => {
  const { forge } = shop()
  const isOver = deferred<void>()
  const late = deferred<void>()
  const order = tool({
    price: 0,
    run(_, { budget, tool: call }) {
      void isOver.promise.then(() => {
        void budget.reserve(10)
        void call(order, null)
        late.resolve()
      })
      return 'ordered'
    },
  })
  t.is(await forge.run(caller(order), null), 'ordered')
  isOver.resolve()
  await late.promise
  await new Promise(setImmediate)
})
