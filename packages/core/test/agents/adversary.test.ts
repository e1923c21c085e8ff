import test from 'ava'
import { z } from 'zod'
import { defineAgent, type Agent } from '../../src/agents/agent.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { createForge } from '../../src/forge.js'
import { captureLog } from '../../src/testing/index.js'

const forge = createForge({ plugins: [], log: captureLog().log })
const acting = (act: (ctx: RunContext) => unknown) =>
  defineAgent({
    name: 'actor',
    description: 'Does what a test wants.',
    input: z.unknown(),
    output: z.unknown(),
    run: (_input, ctx) => act(ctx),
  })

const throwing = Object.defineProperty({}, 'message', {
  get: () => {
    throw new Error('no message')
  },
})

const oddities: Record<string, unknown> = {
  undefined,
  null: null,
  'a text': 'text',
  zero: 0,
  'a symbol': Symbol('odd'),
  'an object without a prototype': Object.create(null) as object,
  'an object whose message cannot be had': throwing,
}

for (const [what, thrown] of Object.entries(oddities)) {
  test(`whoever runs an agent is given what it throws: ${what}`, async (t) => {
    const atOnce = acting(() => {
      throw thrown
    })
    const later = acting(async () => {
      await Promise.resolve()
      throw thrown
    })
    for (const result of await Promise.allSettled([forge.run(atOnce, 1), forge.run(later, 1)])) {
      t.like(result, { status: 'rejected' })
      if (result.status === 'rejected') t.is(result.reason, thrown)
    }
  })
}

test('an answer that is a promise of another kind is waited for, and one that fails fails the run', async (t) => {
  const thenable = { then: (resolve: (value: number) => void) => resolve(7) }
  t.is(
    await forge.run(
      acting(() => thenable),
      1,
    ),
    7,
  )
  const broken = Object.defineProperty({}, 'then', {
    get: () => {
      throw new Error('no then')
    },
  })
  await t.throwsAsync(
    forge.run(
      acting(() => broken),
      1,
    ),
    { message: 'no then' },
  )
})

test('an input whose properties throw fails the run, and no more', async (t) => {
  const strict = defineAgent({
    name: 'strict',
    description: 'Reads its input.',
    input: z.object({ a: z.string() }),
    output: z.string(),
    run: ({ a }) => a,
  })
  const input = Object.defineProperty({} as { a: string }, 'a', {
    enumerable: true,
    get: () => {
      throw new Error('no a')
    },
  })
  await t.throwsAsync(forge.run(strict, input), { instanceOf: Error })
})

test('an agent that calls itself for ever ends with an error, and the application goes on', async (t) => {
  const endless: Agent = acting((ctx) => ctx.run(endless, 1))
  await t.throwsAsync(forge.run(endless, 1), { code: 'CALLS_TOO_DEEP', message: /Agent "actor"/ })
  t.is(
    await forge.run(
      acting(() => 1),
      1,
    ),
    1,
  )
})

test('nobody inside a run can make it another customer’s', async (t) => {
  const principal = { userId: 'ada' }
  const thief = acting((ctx) => {
    t.throws(() => ((ctx.principal as { userId: string }).userId = 'eve'))
    return ctx.principal?.userId
  })
  t.is(
    await forge.run(
      acting((ctx) => ctx.run(thief, 1)),
      1,
      { principal },
    ),
    'ada',
  )
  // The caller's own object stays its own.
  t.false(Object.isFrozen(principal))
})

test('a deadline that is moved inside a run moves nothing', async (t) => {
  const below = acting((ctx) => ctx.deadline.getTime())
  const above = acting(async (ctx) => {
    const before = ctx.deadline.getTime()
    ctx.deadline.setFullYear(3000)
    return [before, await ctx.run(below, 1)]
  })
  const [before, after] = (await forge.run(above, 1, { timeoutMs: 5_000 })) as [number, number]
  t.true(after <= before)
})
