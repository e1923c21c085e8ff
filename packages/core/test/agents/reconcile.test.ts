import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { PHASES, type Interceptor, type Phase } from '../../src/agents/interceptor.js'
import { reconcilerOf } from '../../src/agents/reconciler.js'
import { defineTool, type Reconciliation } from '../../src/agents/tool.js'
import { ForgeError } from '../../src/errors/errors.js'
import { createForge } from '../../src/forge.js'
import { Ledger, type ReservationRequest } from '../../src/money/ledger.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog, scriptedTool } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'
import { callerOf } from './caller-of.js'

const forge = createForge({ plugins: [], log: captureLog().log })

interface Shop {
  /** What the nth call does; the first is 1. */
  call: (nth: number, signal: AbortSignal) => string | Promise<string>
  /** What is found out about the nth call. */
  find: (nth: number) => Reconciliation<string> | Promise<Reconciliation<string>>
  timeoutMs?: number
  price?: number
}

/** An agent whose one tool has an effect outside, and can be asked what became of it. */
function shop({ call, find, timeoutMs = 5_000, price = 0 }: Shop) {
  const keys: string[] = []
  const asked: string[] = []
  const order = defineTool({
    name: 'order',
    description: 'Orders a hat.',
    effect: 'external',
    input: z.object({ size: z.coerce.number() }),
    output: z.string(),
    timeoutMs,
    price,
    run({ size }, { idempotencyKey, signal }) {
      keys.push(`${size} ${idempotencyKey}`)
      return call(keys.length, signal)
    },
    reconcile({ size }, { idempotencyKey }) {
      asked.push(`${size} ${idempotencyKey}`)
      return find(keys.length)
    },
  })
  const agent = defineAgent({
    name: 'buyer',
    description: 'Buys a hat.',
    tools: [order],
    input: z.null(),
    output: z.string(),
    run: (_, ctx) => ctx.tool(order, { size: '56' }),
  })
  return { agent, order, keys, asked }
}

const fail = () => {
  throw new Error('connection reset')
}

test('an external call that failed and was done is not made again, and answers with what it came to', async (t) => {
  const { agent, keys, asked } = shop({
    call: fail,
    find: () => ({ done: true, output: 'order 7' }),
  })
  t.is(await forge.run(agent, null), 'order 7')
  t.is(keys.length, 1)
  t.deepEqual(asked, keys, 'asked with the same input and key')
})

test('an external call that failed and was not done is made again with the same key', async (t) => {
  const { agent, keys, asked } = shop({
    call: (nth) => (nth < 3 ? fail() : 'order 7'),
    find: () => ({ done: false }),
  })
  t.is(await forge.run(agent, null), 'order 7')
  t.is(keys.length, 3)
  t.is(new Set(keys).size, 1)
  t.is(asked.length, 2)
})

test('an external call that is never done is given up on after its third failure', async (t) => {
  const { agent, keys } = shop({ call: fail, find: () => ({ done: false }) })
  await t.throwsAsync(forge.run(agent, null), { message: 'connection reset' })
  t.is(keys.length, 3)
})

test('an external call that nobody can tell of is not made again, and its own failure is told', async (t) => {
  const { agent, keys, asked } = shop({
    call: fail,
    find: () => Promise.reject(new Error('the shop does not answer')),
  })
  await t.throwsAsync(forge.run(agent, null), { message: 'connection reset' })
  t.is(keys.length, 1)
  t.is(asked.length, 3, 'to ask is to read, which may be tried again')
})

for (const answer of [undefined, null, {}, { done: 'no' }, 'not done']) {
  test(`where reconcile answers ${JSON.stringify(answer)}, nobody knows, and the call is not made again`, async (t) => {
    const { agent, order, keys } = shop({ call: fail, find: () => answer as never })
    await t.throwsAsync(forge.run(agent, null), { message: 'connection reset' })
    t.is(keys.length, 1)
    const finder = reconcilerOf(order)
    if (!finder) return t.fail()
    await t.throwsAsync(forge.run(callerOf(finder, { size: 56 }), null), {
      code: 'OUTCOME_UNKNOWN',
      message: /neither/,
    })
  })
}

test('an external call that ran out of its time is asked about, and made again where it was not done', async (t) => {
  const untilAborted = (signal: AbortSignal) =>
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error)),
    )
  const call: Shop['call'] = (nth, signal) => (nth === 1 ? untilAborted(signal) : 'order 8')
  const done = shop({ call, find: () => ({ done: true, output: 'order 7' }), timeoutMs: 200 })
  t.is(await forge.run(done.agent, null), 'order 7')
  t.is(done.keys.length, 1)
  const undone = shop({ call, find: () => ({ done: false }), timeoutMs: 200 })
  t.is(await forge.run(undone.agent, null), 'order 8')
  t.is(undone.keys.length, 2)
})

test('an error that blames the caller is final, and nothing is asked', async (t) => {
  const { agent, asked } = shop({
    call: () => {
      throw new ForgeError('SOLD_OUT', 'No hat is left.', { status: 409 })
    },
    find: () => ({ done: false }),
  })
  await t.throwsAsync(forge.run(agent, null), { code: 'SOLD_OUT' })
  t.deepEqual(asked, [])
})

test('a cancelled run asks nothing and makes nothing again', async (t) => {
  const controller = new AbortController()
  const { agent, keys, asked } = shop({
    call: () => {
      controller.abort()
      return fail()
    },
    find: () => ({ done: false }),
  })
  await t.throwsAsync(forge.run(agent, null, { signal: controller.signal }), {
    code: 'RUN_CANCELLED',
  })
  t.is(keys.length, 1)
  t.deepEqual(asked, [])
})

test('a run that is cancelled while its tool is asked calls it no more', async (t) => {
  const controller = new AbortController()
  const { agent, keys } = shop({
    call: fail,
    find: () => {
      controller.abort()
      return { done: false }
    },
  })
  await t.throwsAsync(forge.run(agent, null, { signal: controller.signal }), {
    code: 'RUN_CANCELLED',
  })
  t.is(keys.length, 1)
})

test('a call that its agent has left behind is not made again', async (t) => {
  const isAsked = deferred<void>()
  const { order, keys } = shop({
    call: fail,
    find: () => (isAsked.resolve(), { done: false }),
  })
  const hasty = defineAgent({
    name: 'hasty',
    description: 'Does not wait.',
    tools: [order],
    input: z.null(),
    output: z.null(),
    async run(_, ctx) {
      void ctx.tool(order, { size: 56 })
      await isAsked.promise
      return null
    },
  })
  // The agent ends in the pause after the first attempt, which is waited for.
  await forge.run(hasty, null)
  t.is(keys.length, 1)
})

test('what was done is paid for once, also where only the question has told; what was not, never', async (t) => {
  const spent: number[] = []
  const requests: ReservationRequest[] = []
  const purse = definePlugin({
    name: 'purse',
    provides: { ledger: Ledger },
    setup: () => ({
      services: {
        ledger: {
          reserve: async (request: ReservationRequest) => {
            requests.push(request)
            return {
              settle: async (amount: number) => void spent.push(amount),
              release: async () => undefined,
            }
          },
        },
      },
    }),
  })
  const paid = createForge({ plugins: [purse()], log: captureLog().log })
  const done = shop({ call: fail, find: () => ({ done: true, output: 'order 7' }), price: 500 })
  await paid.run(done.agent, null)
  t.deepEqual(spent, [500])
  t.is(new Set(requests.map(({ key, what }) => `${what} ${key}`)).size, 1)
  const never = shop({ call: fail, find: () => ({ done: false }), price: 500 })
  await t.throwsAsync(paid.run(never.agent, null))
  t.deepEqual(spent, [500])
})

test('what a question finds is checked against the output’s schema', async (t) => {
  const { agent } = shop({
    call: fail,
    find: () => ({ done: true, output: 7 as unknown as string }),
  })
  await t.throwsAsync(forge.run(agent, null), { code: 'OUTPUT_INVALID' })
})

test('only an external tool has a reconcile', (t) => {
  for (const effect of ['read', 'idempotent'] as const) {
    const definition = { name: 'look', description: 'Looks.', input: z.null(), output: z.null() }
    const parts = { effect, run: () => null, reconcile: () => ({ done: false }) as const }
    const error = t.throws(() => defineTool({ ...definition, ...parts }), {
      code: 'DEFINITION_INVALID',
    })
    t.regex(error.message, new RegExp(`it is ${effect}`))
  }
})

test('who calls a tool across processes asks it with the key that the call had', async (t) => {
  const { order, asked } = shop({ call: () => 'order 7', find: () => ({ done: false }) })
  const finder = reconcilerOf(order)
  if (!finder) return t.fail()
  const asking = defineAgent({
    name: 'buyer',
    description: 'Asks.',
    tools: [finder],
    input: z.null(),
    output: z.string(),
    run: (_, ctx) => ctx.tool(finder, { size: 56 }),
  })
  await t.throwsAsync(forge.run(asking, null, { idempotencyKey: 'k' }), { code: 'CALL_NOT_DONE' })
  t.deepEqual(asked, ['56 k:buyer.1-order'])
})

test('what stands in for a tool in a test is not asked what became of it', async (t) => {
  const { order, asked } = shop({ call: fail, find: () => ({ done: true, output: 'order 7' }) })
  const standIn = scriptedTool({ ...order, answers: [new Error('busy')] })
  const agent = defineAgent({
    name: 'buyer',
    description: 'Buys.',
    tools: [standIn],
    input: z.null(),
    output: z.string(),
    run: (_, ctx) => ctx.tool(standIn, { size: 56 }),
  })
  await t.throwsAsync(forge.run(agent, null), { message: 'busy' })
  t.deepEqual(asked, [])
})

const withInterceptors = (...interceptors: Interceptor[]) => {
  const plugin = definePlugin({ name: 'phases', setup: () => ({ interceptors }) })
  return createForge({ plugins: [plugin()], log: captureLog().log })
}

test('what became of a call is never answered by a cache', async (t) => {
  const kept = new Map<string, unknown>()
  const cache: Interceptor = {
    phase: 'cache',
    applies: ({ definition }) => 'effect' in definition && definition.effect === 'read',
    async intercept({ definition, input }, next) {
      const key = JSON.stringify([definition.name, input])
      if (!kept.has(key)) kept.set(key, await next())
      return kept.get(key)
    },
  }
  const { agent } = shop({
    call: (nth) => (nth === 3 ? 'order 3' : fail()),
    find: (nth) => (nth === 1 ? { done: true, output: 'order 1' } : { done: false }),
  })
  const caching = withInterceptors(cache)
  t.is(await caching.run(agent, null), 'order 1')
  t.is(await caching.run(agent, null), 'order 3', 'the second call did nothing, and is made again')
})

test('every interceptor sees what the question and the next attempt answer', async (t) => {
  const redact: Interceptor = {
    phase: 'guard',
    applies: ({ kind }) => kind === 'tool',
    intercept: async (_call, next) => String(await next()).replace(/\d{4}/, '****'),
  }
  for (const found of [{ done: true, output: 'card 4242' }, { done: false }] as const) {
    const { agent } = shop({ call: (nth) => (nth === 2 ? 'card 4242' : fail()), find: () => found })
    t.is(await withInterceptors(redact).run(agent, null), 'card ****')
  }
})

test('a call that was not let through is not made again, and nobody is asked what became of it', async (t) => {
  const { agent, keys, asked } = shop({ call: () => 'order', find: () => ({ done: false }) })
  let refusals = 0
  const away: Interceptor = {
    phase: 'approve',
    applies: ({ kind }) => kind === 'tool',
    intercept: () => {
      refusals++
      return Promise.reject(new Error('nobody is there to approve it'))
    },
  }
  await t.throwsAsync(withInterceptors(away).run(agent, null), { message: /nobody is there/ })
  t.deepEqual({ refusals, keys, asked }, { refusals: 1, keys: [], asked: [] })
})

test('who stands before a call is passed once, however many attempts and questions it takes', async (t) => {
  const passed: string[] = []
  const heard: string[] = []
  const pass = (phase: Phase): Interceptor => ({
    phase,
    applies: ({ kind }) => kind === 'tool',
    intercept: (_, next) => (passed.push(phase), next()),
  })
  const plugin = definePlugin({
    name: 'phases',
    setup: () => ({
      interceptors: PHASES.map(pass),
      observers: [
        {
          started: ({ definition }) => void heard.push(definition.name),
          ended: ({ definition }, { status }) => void heard.push(`${definition.name} ${status}`),
        },
      ],
    }),
  })
  const { agent, keys, asked } = shop({
    call: (nth) => (nth === 3 ? 'order 3' : fail()),
    find: () => ({ done: false }),
  })
  t.is(
    await createForge({ plugins: [plugin()], log: captureLog().log }).run(agent, null),
    'order 3',
  )
  t.deepEqual([keys.length, asked.length], [3, 2])
  const [outer, inner] = [PHASES.slice(0, 5), PHASES.slice(5)]
  t.deepEqual(passed, [...outer, ...Array.from({ length: 5 }, () => inner).flat()])
  t.deepEqual(heard, ['buyer', 'order', 'order succeeded', 'buyer succeeded'])
})

test('a time limit is for each attempt, and for each that stands around all of them', async (t) => {
  const { agent } = shop({
    call: (nth) => (nth === 1 ? fail() : 'order 2'),
    find: () => ({ done: false }),
    timeoutMs: 40,
  })
  const slow: Interceptor = {
    phase: 'guard',
    applies: ({ kind }) => kind === 'tool',
    async intercept(_, next) {
      await next()
      await new Promise(() => undefined)
    },
  }
  // The pause between two attempts is longer than the limit.
  t.is(await forge.run(agent, null), 'order 2')
  await t.throwsAsync(withInterceptors(slow).run(agent, null), { code: 'RUN_TIMED_OUT' })
})

test('a call that is begun anew ends the one before, however many attempts that has taken', async (t) => {
  const twice: Interceptor = {
    phase: 'guard',
    applies: ({ kind }) => kind === 'tool',
    async intercept(_, next) {
      const [first, second] = await Promise.allSettled([next(), next()])
      t.is(first.status, 'rejected')
      return second.status === 'fulfilled' ? second.value : undefined
    },
  }
  const { agent, keys } = shop({
    async call(_nth, signal) {
      await new Promise(setImmediate)
      signal.throwIfAborted()
      return 'order'
    },
    find: () => ({ done: false }),
  })
  t.is(await withInterceptors(twice).run(agent, null), 'order')
  t.true(keys.length <= 2)
  t.is(new Set(keys).size, 1)
})

test.serial(
  'a call whose caller did not wait for its attempts leaves no timer behind',
  async (t) => {
    const fallback: Interceptor = {
      phase: 'guard',
      applies: ({ kind }) => kind === 'tool',
      intercept: (_, next) => Promise.race([next(), Promise.resolve('fallback')]),
    }
    const { agent } = shop({
      call: (_nth, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
      find: () => ({ done: false }),
    })
    const timers = () =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    t.is(await withInterceptors(fallback).run(agent, null), 'fallback')
    await new Promise(setImmediate)
    t.is(timers(), before)
  },
)

test('what `reconcile` hears of another call is no answer about this one', async (t) => {
  const other = shop({ call: fail, find: () => ({ done: false }) })
  const finder = reconcilerOf(other.order)
  if (!finder) return t.fail()
  const clerk = callerOf(finder, { size: '56' })
  let paid = 0
  const pay = defineTool({
    name: 'pay',
    description: 'Pays for a hat.',
    effect: 'external',
    input: z.null(),
    output: z.string(),
    run() {
      paid++
      return fail()
    },
    reconcile: async (_, ctx) => ({ done: true, output: await ctx.run(clerk, null) }),
  })
  const buyer = callerOf(pay, null)
  await t.throwsAsync(forge.run(buyer, null), { message: 'connection reset' })
  t.is(paid, 1)
  const question = reconcilerOf(pay)
  if (!question) return t.fail()
  const asker = callerOf(question, null)
  await t.throwsAsync(forge.run(asker, null), {
    code: 'OUTCOME_UNKNOWN',
    message: /"pay" could not be found out: .*"order" was not done/,
  })
})

const standing = (phase: Phase, intercept: Interceptor['intercept']) => {
  const applies: Interceptor['applies'] = ({ kind }) => kind === 'tool'
  const interceptors: Interceptor[] = [{ phase, applies, intercept }]
  const plugin = definePlugin({ name: 'standing', setup: () => ({ interceptors }) })
  return createForge({ plugins: [plugin()], log: captureLog().log })
}

for (const phase of ['guard', 'retry'] as const) {
  test(`who stands around an external call in ${phase} cannot make it again before it is known what became of it`, async (t) => {
    const again = standing(phase, (_, next) => next().catch(() => next()))
    const unsure = { call: fail, find: fail }
    const first = shop(unsure)
    await t.throwsAsync(again.run(first.agent, null), { message: 'connection reset' })
    t.is(first.keys.length, 1)
    t.true(first.asked.length > 0)

    const begun = deferred<void>()
    const answer = deferred<string>()
    const second = shop({ call: () => (begun.resolve(), answer.promise), find: fail })
    const hedging = standing(phase, async (_, next) => {
      const first = next()
      await begun.promise
      await t.throwsAsync(next(), { code: 'CALL_REPEATED' })
      answer.resolve('order 7')
      return first
    })
    t.is(await hedging.run(second.agent, null), 'order 7')
    t.deepEqual([second.keys.length, second.asked.length], [1, 0])
  })
}

test('what was done is found out also where an answer was refused afterwards', async (t) => {
  const poet = defineAgent({
    name: 'poet',
    description: 'Answers with what is no text.',
    input: z.null(),
    output: z.string(),
    run: () => 7 as never,
  })
  for (const found of [{ done: true, output: 'order 7' }, { done: false }] as const) {
    let orders = 0
    const order = defineTool({
      name: 'order',
      description: 'Orders a hat, and has a poem written about it.',
      effect: 'external',
      input: z.null(),
      output: z.string(),
      run(_, ctx) {
        orders++
        return ctx.run(poet, null)
      },
      reconcile: () => found,
    })
    const buyer = callerOf(order, null)
    const run = forge.run(buyer, null)
    if (found.done) t.is(await run, 'order 7')
    else await t.throwsAsync(run, { code: 'OUTPUT_INVALID' })
    t.is(orders, 1)
  }
})

test('an external call that is known to have done nothing may be made again by whoever stands around it', async (t) => {
  const { agent, keys } = shop({
    call: (nth) => (nth <= 3 ? fail() : 'order 7'),
    find: () => ({ done: false }),
  })
  const again = standing('guard', (_, next) => next().catch(() => next()))
  t.is(await again.run(agent, null), 'order 7')
  t.is(keys.length, 4)
})
