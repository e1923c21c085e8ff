import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import type { Interceptor } from '../../src/agents/interceptor.js'
import { defineTool, type ToolEffect } from '../../src/agents/tool.js'
import { ForgeError } from '../../src/errors/errors.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'
import { callerOf } from './caller-of.js'

const forge = createForge({ plugins: [], log: captureLog().log })

const withInterceptors = (...interceptors: Interceptor[]) => {
  const plugin = definePlugin({ name: 'phases', setup: () => ({ interceptors }) })
  return createForge({ plugins: [plugin()], log: captureLog().log })
}

/** An agent whose one tool fails a number of times before it works. */
function shaky(
  effect: ToolEffect,
  failures: number,
  failure: () => Error = () => new Error('busy'),
) {
  const keys: string[] = []
  const tool = defineTool({
    name: 'shaky',
    description: 'Works in the end.',
    effect,
    input: z.null(),
    output: z.string(),
    run: (_input, ctx) => {
      keys.push(ctx.idempotencyKey)
      if (keys.length <= failures) throw failure()
      return 'done'
    },
  })
  const agent = callerOf(tool, null)
  return { agent, keys }
}

for (const effect of ['read', 'idempotent'] as const) {
  test(`a tool whose effect is ${effect} is called again, with the same idempotency key`, async (t) => {
    const { agent, keys } = shaky(effect, 2)
    t.is(await forge.run(agent, null), 'done')
    t.is(keys.length, 3)
    t.is(new Set(keys).size, 1)
  })

  test(`a tool whose effect is ${effect} is given up on after its third failure`, async (t) => {
    const { agent, keys } = shaky(effect, 3)
    await t.throwsAsync(forge.run(agent, null), { message: 'busy' })
    t.is(keys.length, 3)
  })
}

test('a tool with an external effect is never called again', async (t) => {
  const { agent, keys } = shaky('external', 1)
  await t.throwsAsync(forge.run(agent, null), { message: 'busy' })
  t.is(keys.length, 1)
})

test('an error that blames the caller is final', async (t) => {
  const { agent, keys } = shaky(
    'read',
    1,
    () => new ForgeError('NO_SUCH_PAGE', 'gone', { status: 404 }),
  )
  await t.throwsAsync(forge.run(agent, null), { code: 'NO_SUCH_PAGE' })
  t.is(keys.length, 1)
})

test('a cancelled run tries nothing again', async (t) => {
  const controller = new AbortController()
  const { agent, keys } = shaky('read', 1, () => {
    controller.abort()
    return new Error('busy')
  })
  await t.throwsAsync(forge.run(agent, null, { signal: controller.signal }), {
    code: 'RUN_CANCELLED',
  })
  t.is(keys.length, 1)
})

test('when a tool is called again, the calls that it makes have the same idempotency keys again', async (t) => {
  const keys: string[] = []
  const charge = defineAgent({
    name: 'charge',
    description: 'Charges, at the third attempt.',
    input: z.null(),
    output: z.null(),
    run(_input, ctx) {
      keys.push(ctx.idempotencyKey)
      if (keys.length < 3) throw new Error('busy')
      return null
    },
  })
  const tool = defineTool({
    name: 'charge_customer',
    description: 'Has the customer charged.',
    effect: 'idempotent',
    input: z.null(),
    output: z.null(),
    run: (_input, ctx) => ctx.run(charge, null),
  })
  const agent = callerOf(tool, null)
  await forge.run(agent, null)
  t.is(keys.length, 3)
  t.is(new Set(keys).size, 1, keys.join())
})

test('what an attempt did not wait for is cancelled before the next', async (t) => {
  const told: string[] = []
  const waiter = defineAgent({
    name: 'waiter',
    description: 'Waits until it is told to stop.',
    input: z.null(),
    output: z.null(),
    async run(_input, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      told.push('waiter')
      return null
    },
  })
  let attempts = 0
  const tool = defineTool({
    name: 'hasty',
    description: 'Fails while its agent is at work, and then works.',
    effect: 'read',
    input: z.null(),
    output: z.array(z.string()),
    async run(_input, ctx) {
      attempts++
      if (attempts === 1) void ctx.run(waiter, null)
      await new Promise(setImmediate)
      if (attempts === 1) throw new Error('busy')
      return [...told]
    },
  })
  const agent = callerOf(tool, null)
  t.deepEqual(await forge.run(agent, null), ['waiter'])
})

test('what is left of an attempt hears of the next one, and makes no more calls under its keys', async (t) => {
  const orders: string[] = []
  const orderer = defineAgent({
    name: 'orderer',
    description: 'Orders.',
    input: z.string(),
    output: z.null(),
    run: (by, { idempotencyKey }) => (orders.push(`${by} ${idempotencyKey}`), null),
  })
  const leftBehind = deferred<unknown>()
  let attempts = 0
  let isTold = false
  const tool = defineTool({
    name: 'order',
    description: 'Fails at once at first, and goes on nevertheless.',
    effect: 'idempotent',
    input: z.null(),
    output: z.null(),
    async run(_input, ctx) {
      if (++attempts === 2) {
        await leftBehind.promise
        return ctx.run(orderer, 'second')
      }
      ctx.signal.addEventListener('abort', () => {
        isTold = true
        setImmediate(() => leftBehind.resolve(ctx.run(orderer, 'first').catch((e: unknown) => e)))
      })
      throw new Error('busy')
    },
  })
  const agent = callerOf(tool, null)
  await forge.run(agent, null, { idempotencyKey: 'k' })
  t.true(isTold)
  t.like(await leftBehind.promise, { code: 'RUN_ENDED' })
  t.deepEqual(orders, ['second k:caller.1-order.1-orderer'])
})

test('a call that an attempt has left behind has ended before another has its key', async (t) => {
  for (const effect of ['read', 'idempotent'] as const) {
    const seen: string[] = []
    const anew: Interceptor = {
      phase: 'guard',
      applies: ({ definition }) => 'effect' in definition && definition.effect === 'idempotent',
      async intercept(_, next) {
        const first = next()
        while (seen.length === 0) await new Promise(setImmediate)
        const [, second] = await Promise.allSettled([first, next()])
        return second.status === 'fulfilled' ? second.value : Promise.reject(second.reason as Error)
      },
    }
    const worker = defineAgent({
      name: 'worker',
      description: 'Takes some turns to end when it is told to.',
      input: z.number(),
      output: z.null(),
      async run(attempt, { signal, idempotencyKey }) {
        seen.push(`${attempt} begins ${idempotencyKey}`)
        if (attempt === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve))
        for (let n = 0; n < 5; n++) await new Promise(setImmediate)
        seen.push(`${attempt} ends`)
        return null
      },
    })
    let attempts = 0
    const tool = defineTool({
      name: 'order',
      description: 'Has an agent work; a read fails at first, while that is at work.',
      effect,
      input: z.null(),
      output: z.null(),
      run(_input, ctx) {
        const work = ctx.run(worker, ++attempts)
        if (attempts === 1 && effect === 'read') throw new Error('busy')
        return work
      },
    })
    const agent = callerOf(tool, null)
    await withInterceptors(anew).run(agent, null, { idempotencyKey: 'k' })
    const key = 'k:caller.1-order.1-worker'
    t.deepEqual(seen, [`1 begins ${key}`, '1 ends', `2 begins ${key}`, '2 ends'])
  }
})

test('a call that an interceptor makes goes on while what it stands around is tried again', async (t) => {
  const { agent, keys } = shaky('read', 1)
  const moderator = defineAgent({
    name: 'moderator',
    description: 'Looks on.',
    input: z.null(),
    output: z.string(),
    run: async (_, { signal }) => {
      while (keys.length < 2) await new Promise(setImmediate)
      signal.throwIfAborted()
      return 'nothing to object'
    },
  })
  const moderate: Interceptor = {
    phase: 'guard',
    applies: ({ kind }) => kind === 'tool',
    async intercept({ ctx }, next) {
      const [, answer] = await Promise.all([ctx.run(moderator, null), next()])
      return answer
    },
  }
  await withInterceptors(moderate).run(agent, null)
  t.is(keys.length, 2)
})

test('an attempt that was ended by a later one is not tried again, whatever it fails with', async (t) => {
  const hedge: Interceptor = {
    phase: 'cache',
    applies: ({ kind }) => kind === 'tool',
    intercept: (_, next) => Promise.any([next(), next()]),
  }
  const reasons = [({ reason }: AbortSignal) => reason as Error, () => new Error('aborted')]
  for (const failure of reasons) {
    let calls = 0
    const look = defineTool({
      name: 'look',
      description: 'Looks.',
      effect: 'read',
      input: z.null(),
      output: z.number(),
      run: (_, { signal }) =>
        new Promise((resolve, reject) => {
          const nth = ++calls
          signal.addEventListener('abort', () => reject(failure(signal)))
          // Longer than the pause before another attempt.
          setTimeout(() => resolve(nth), 250)
        }),
    })
    const agent = callerOf(look, null)
    t.is(await withInterceptors(hedge).run(agent, null), 2)
    t.is(calls, 2)
  }
})

test('attempts that were given up for a later one are not gone on with', async (t) => {
  let calls = 0
  const again: Interceptor = {
    phase: 'guard',
    applies: ({ kind }) => kind === 'tool',
    async intercept(_, next) {
      const first = next()
      // It has failed by then, and pauses.
      while (calls < 1) await new Promise(setImmediate)
      await new Promise(setImmediate)
      const answer = await next()
      await t.throwsAsync(first, { code: 'RUN_ENDED' })
      return answer
    },
  }
  const look = defineTool({
    name: 'look',
    description: 'Looks.',
    effect: 'read',
    input: z.null(),
    output: z.number(),
    async run() {
      const nth = ++calls
      if (nth === 1) throw new Error('busy')
      // Longer than the pause of the first.
      await new Promise((resolve) => setTimeout(resolve, 250))
      return nth
    },
  })
  const agent = callerOf(look, null)
  t.is(await withInterceptors(again).run(agent, null), 2)
  t.is(calls, 2)
})

test('an answer that its schema refuses is not asked for again', async (t) => {
  let answers = 0
  const poet = defineAgent({
    name: 'poet',
    description: 'Answers with what is no text.',
    input: z.null(),
    output: z.string(),
    run: () => ++answers as never,
  })
  const read = defineTool({
    name: 'read',
    description: 'Has the poet answer.',
    effect: 'read',
    input: z.null(),
    output: z.string(),
    run: (_, ctx) => ctx.run(poet, null),
  })
  const reader = defineAgent({
    name: 'reader',
    description: 'Reads.',
    tools: [read],
    input: z.null(),
    output: z.string(),
    run: (_, ctx) => ctx.tool(read, null),
  })
  await t.throwsAsync(forge.run(reader, null), { code: 'OUTPUT_INVALID', message: /"poet"/ })
  t.is(answers, 1)
})
