import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { z } from 'zod'
import { defineAgent, type Agent } from '../../src/agents/agent.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { defineTool } from '../../src/agents/tool.js'
import type { ForgeError } from '../../src/errors/errors.js'
import { createForge } from '../../src/forge.js'
import type { Budget } from '../../src/money/budget.js'
import type { Reservation } from '../../src/money/ledger.js'
import { captureLog } from '../../src/testing/index.js'
import { deferred } from '../deferred.js'
import { purseLedger } from './purse-ledger.js'

const tool = (name: string, price: number, run: (ctx: RunContext) => unknown = () => null) =>
  defineTool({
    name,
    description: 'Costs something.',
    effect: 'idempotent',
    price,
    input: z.null(),
    output: z.unknown(),
    run: (_, ctx) => run(ctx),
  })
const search = tool('search', 400)

const agentOf = (
  name: string,
  budget: number | undefined,
  run: (ctx: RunContext) => unknown,
  more: { tools?: (typeof search)[]; price?: number } = {},
): Agent<null> =>
  defineAgent({
    name,
    description: 'Spends.',
    ...(budget === undefined ? {} : { budget }),
    tools: [search],
    input: z.null(),
    output: z.unknown(),
    run: (_, ctx) => run(ctx),
    ...more,
  })

/** An application whose ledger writes down what it is asked. */
function shop() {
  const { plugin, ...book } = purseLedger()
  const { log, lines } = captureLog()
  return { forge: createForge({ plugins: [plugin], log }), lines, ...book }
}

test('an agent spends no more than its budget, and hears so before anything is spent', async (t) => {
  const { forge, settled, held } = shop()
  const left: number[] = []
  const agent = agentOf('careful', 1000, async (ctx) => {
    for (let n = 0; n < 2; n++) {
      left.push(ctx.budget.left)
      await ctx.tool(search, null)
    }
    left.push(ctx.budget.left)
    return ctx.tool(search, null)
  })
  const error = await t.throwsAsync(forge.run(agent, null), {
    code: 'BUDGET_EXCEEDED',
    message: /"search" can cost 400 millionths, and the budget of agent "careful" has 200 left/,
  })
  t.like(error, {
    status: 402,
    details: { agent: 'careful', budget: 1000, amount: 400, left: 200 },
  })
  t.deepEqual(left, [1000, 600, 200])
  t.is(settled(), 800)
  t.is(held(), 0)
})

test('what an agent calls spends of its budget too, and of that of all around', async (t) => {
  const { forge, settled } = shop()
  const inner = agentOf('inner', 600, async (ctx) => {
    await ctx.tool(search, null)
    return ctx.budget.left
  })
  const unbounded = agentOf('unbounded', undefined, (ctx) => ctx.run(inner, null))
  const outer = agentOf('outer', 1000, async (ctx) => {
    const seen = [await ctx.run(unbounded, null), await ctx.run(inner, null)]
    const refused = await ctx.run(inner, null).catch((error: unknown) => (error as ForgeError).code)
    return [...seen, refused, ctx.budget.left]
  })
  t.deepEqual(await forge.run(outer, null), [200, 200, 'BUDGET_EXCEEDED', 200])
  t.is(settled(), 800)
})

test('of a hundred calls at once exactly those are made that the budget is enough for', async (t) => {
  const { forge, settled, held, mostTaken } = shop()
  const agent = agentOf('greedy', 20_100, (ctx) =>
    Promise.allSettled(Array.from({ length: 100 }, () => ctx.tool(search, null))),
  )
  const outcomes = (await forge.run(agent, null)) as PromiseSettledResult<unknown>[]
  t.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 50)
  t.deepEqual([settled(), held(), mostTaken()], [20_000, 0, 20_000])
})

test('an agent’s own price counts against its budget', async (t) => {
  const { forge, settled } = shop()
  const agent = agentOf('sold', 500, (ctx) => ctx.tool(search, null), { price: 200 })
  await t.throwsAsync(forge.run(agent, null), { code: 'BUDGET_EXCEEDED' })
  t.is(settled(), 0)
})

test('what a call costs is set aside at its most, and spent as it was', async (t) => {
  const { forge, settled, held, requests } = shop()
  const model = tool('model', 0, async ({ budget }) => {
    const [first, second] = [await budget.reserve(500), await budget.reserve(300)]
    t.is(budget.left, 200)
    await first.settle(120)
    t.is(budget.left, 580)
    await second.release()
    await second.release()
    return budget.left
  })
  const agent = agentOf('asks', 1000, (ctx) => ctx.tool(model, null), { tools: [model] })
  t.is(await forge.run(agent, null, { principal: { userId: 'ada' } }), 880)
  t.deepEqual([settled(), held()], [120, 0])
  t.like(requests[0], { what: 'model', amount: 500, ttlMs: 90_000 })
  t.regex(requests[0]?.scopes.join() ?? '', /^run:[0-9a-f-]{36},user:ada$/)
  t.regex(requests[0]?.key ?? '', /:asks\.1-model\$1$/)
  t.regex(requests[1]?.key ?? '', /:asks\.1-model\$2$/)
})

test('without a budget anything may be spent, as far as the ledger goes', async (t) => {
  const { log } = captureLog()
  const agent = agentOf('free', undefined, async ({ budget }) => {
    const reservation = await budget.reserve(1_000_000)
    await reservation.settle(1)
    return budget.left
  })
  t.is(await createForge({ plugins: [], log }).run(agent, null), Infinity)
})

test('what is left when an agent or a tool ends is given back, however it ends', async (t) => {
  const { forge, settled, held } = shop()
  const kept: Reservation[] = []
  const take = async ({ budget }: RunContext) => void kept.push(await budget.reserve(300))
  const cancel = new AbortController()
  const forgetful = tool('forgetful', 0, take)
  const failing = tool('failing', 100, async (ctx) => {
    await take(ctx)
    throw new TypeError('broken')
  })
  const endless = tool('endless', 100, async (ctx) => {
    await take(ctx)
    cancel.abort()
    // Does not listen to its signal.
    await delay(60_000, undefined, { ref: false })
  })
  const tools = [forgetful, failing, endless]
  const agent = agentOf(
    'loses',
    5000,
    async (ctx) => {
      await ctx.tool(forgetful, null)
      t.is(ctx.budget.left, 5000)
      await t.throwsAsync(ctx.tool(failing, null), { message: 'broken' })
      t.is(ctx.budget.left, 5000)
      return ctx.tool(endless, null)
    },
    { tools },
  )
  const { signal } = cancel
  await t.throwsAsync(forge.run(agent, null, { signal }), { code: 'RUN_CANCELLED' })
  t.deepEqual([settled(), held()], [0, 0])
  t.is(kept.length, 5)
  for (const reservation of kept)
    await t.throwsAsync(reservation.settle(1), { code: 'RESERVATION_OVER' })
  t.is(settled(), 0)
})

test('a step that is tried again sets aside under the same keys', async (t) => {
  const { forge, settled, held, requests } = shop()
  let attempts = 0
  const flaky = tool('flaky', 50, async ({ budget }) => {
    const reservation = await budget.reserve(100)
    if (++attempts === 1) throw new TypeError('away')
    await reservation.settle(70)
  })
  const agent = agentOf('patient', 150, (ctx) => ctx.tool(flaky, null), { tools: [flaky] })
  await forge.run(agent, null)
  t.deepEqual([settled(), held()], [120, 0])
  const keys = requests.map(({ key }) => key)
  t.deepEqual(keys.slice(2), keys.slice(0, 2))
})

test('what is no amount, and what was not reserved, is not spent', async (t) => {
  const { forge, settled, held } = shop()
  const agent = agentOf('sloppy', 1000, async ({ budget }) => {
    for (const amount of [-1, 0.5, NaN, Infinity])
      await t.throwsAsync(budget.reserve(amount), { code: 'AMOUNT_INVALID' })
    const reservation = await budget.reserve(100)
    await t.throwsAsync(reservation.settle(101), { code: 'SETTLEMENT_TOO_LARGE' })
    await t.throwsAsync(reservation.settle(-1), { code: 'AMOUNT_INVALID' })
    await reservation.settle(100)
    await t.throwsAsync(reservation.settle(100), { code: 'RESERVATION_OVER' })
    await reservation.release()
    return budget.left
  })
  t.is(await forge.run(agent, null), 900)
  t.deepEqual([settled(), held()], [100, 0])
})

test('nothing is set aside for what has ended', async (t) => {
  const { forge, held } = shop()
  let kept: Budget | undefined
  await forge.run(
    agentOf('over', 1000, ({ budget }) => void (kept = budget)),
    null,
  )
  await t.throwsAsync(async () => kept?.reserve(1), { code: 'RUN_ENDED' })
  t.is(held(), 0)
})

test('a ledger that refuses or fails takes nothing of the budget, and hides no other failure', async (t) => {
  const { forge, breakWith, held, lines } = shop()
  const failing = tool('failing', 100, () => {
    breakWith('release', new Error('the ledger is away'))
    throw new TypeError('broken')
  })
  const agent = agentOf(
    'unlucky',
    1000,
    async (ctx) => {
      breakWith('reserve', new Error('refused'))
      await t.throwsAsync(ctx.budget.reserve(100), { message: 'refused' })
      breakWith('reserve', undefined)
      t.is(ctx.budget.left, 1000)
      await t.throwsAsync(ctx.tool(failing, null), { message: 'broken' })
      t.is(ctx.budget.left, 1000)
      breakWith('settle', new Error('the connection was lost'))
      const reservation = await ctx.budget.reserve(100)
      await t.throwsAsync(reservation.settle(60), { message: 'the connection was lost' })
      await t.throwsAsync(reservation.settle(60), { code: 'RESERVATION_OVER' })
      t.is(ctx.budget.left, 900, 'nobody knows whether it was written down')
      breakWith('release', undefined)
      return null
    },
    { tools: [failing] },
  )
  await forge.run(agent, null)
  t.true(lines.some((line) => line.includes('a reservation could not be released')))
  t.is(held(), 100, 'what could not be released ends by its time')
})

for (const [budget, price] of [
  [-1, 0],
  [0.5, 0],
  [NaN, 0],
  [100, 101],
] as const) {
  test(`no agent has a budget of ${budget} and a price of ${price}`, (t) => {
    t.throws(() => agentOf('wrong', budget, () => null, { price }), { code: 'DEFINITION_INVALID' })
  })
}

test('what does not reach the caller costs nothing', async (t) => {
  const { forge, settled, held } = shop()
  const wrong = defineTool({
    name: 'wrong',
    description: 'Answers with what is no text.',
    effect: 'external',
    price: 400,
    input: z.null(),
    output: z.string(),
    run: () => 7 as never,
  })
  const late = defineTool({
    ...tool('late', 400),
    timeoutMs: 20,
    run: (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
  })
  for (const [one, code] of [
    [wrong, 'OUTPUT_INVALID'],
    [late, 'RUN_TIMED_OUT'],
  ] as const) {
    const agent = agentOf('caller', 1000, (ctx) => ctx.tool(one, null), { tools: [one] })
    await t.throwsAsync(forge.run(agent, null), { code })
  }
  t.is(settled(), 0)
  t.is(held(), 0)
})

test('a reservation is released once, however often and by whom', async (t) => {
  const { forge, released, held } = shop()
  const forgetful = agentOf('forgetful', 1000, async (ctx) => {
    const twice = await ctx.budget.reserve(10)
    await twice.release()
    await twice.release()
    void (await ctx.budget.reserve(20)).release()
    return null
  })
  await forge.run(forgetful, null)
  t.deepEqual(released(), [10, 20])
  t.is(held(), 0)
})

test('what was settled is not released, not even when the step ends meanwhile', async (t) => {
  const { forge, released, settled } = shop()
  const hasty = agentOf('hasty', 1000, async (ctx) => {
    void (await ctx.budget.reserve(10)).settle(4)
    return null
  })
  await forge.run(hasty, null)
  t.deepEqual(released(), [])
  t.is(settled(), 4)
})

test('a step that has kept to its limit is not late because its money is given back slowly', async (t) => {
  let isSlow = false
  const { plugin, settled } = purseLedger(() => (isSlow ? delay(300) : Promise.resolve()))
  const forge = createForge({ plugins: [plugin], log: captureLog().log })
  const forgetful = defineTool({
    ...tool('forgetful', 0),
    // Nothing before takes a turn of the event loop, so no timer can come in between.
    timeoutMs: 50,
    async run(_, ctx) {
      await ctx.budget.reserve(10)
      isSlow = true
      return 'done'
    },
  })
  const agent = agentOf('caller', 1000, (ctx) => ctx.tool(forgetful, null), { tools: [forgetful] })
  t.is(await forge.run(agent, null), 'done')
  t.is(settled(), 0)
})

test('what an attempt has left behind spends no more, and takes no key of the next', async (t) => {
  const { forge, settled, held, requests } = shop()
  const late = deferred<unknown>()
  let attempts = 0
  const flaky = tool('flaky', 0, async ({ budget, signal }) => {
    if (++attempts === 1) {
      signal.addEventListener('abort', () => {
        late.resolve(budget.reserve(50).catch((error: unknown) => error))
      })
      throw new TypeError('away')
    }
    t.like(await late.promise, { code: 'RUN_ENDED' })
    await (await budget.reserve(100)).settle(70)
  })
  const agent = agentOf('patient', 150, (ctx) => ctx.tool(flaky, null), { tools: [flaky] })
  await forge.run(agent, null, { idempotencyKey: 'k' })
  t.deepEqual([settled(), held()], [70, 0])
  t.deepEqual(
    requests.map(({ key }) => key),
    ['k:patient.1-flaky$1'],
  )
})

test('code is not started when what was left before it is given back too late', async (t) => {
  const limitOver = deferred<void>()
  let isSlow = false
  const { plugin } = purseLedger(() => (isSlow ? limitOver.promise : Promise.resolve()))
  const forge = createForge({ plugins: [plugin], log: captureLog().log })
  let attempts = 0
  const flaky = defineTool({
    ...tool('flaky', 0),
    timeoutMs: 300,
    async run(_, ctx) {
      if (++attempts > 1) return null
      await ctx.budget.reserve(10)
      isSlow = true
      // Set after the call's own limit, it is over after it.
      setTimeout(() => limitOver.resolve(), 400)
      throw new TypeError('away')
    },
  })
  const agent = agentOf('caller', 1000, (ctx) => ctx.tool(flaky, null), { tools: [flaky] })
  await t.throwsAsync(forge.run(agent, null), { code: 'RUN_TIMED_OUT' })
  t.is(attempts, 1)
})

test('a settlement that fails and that nobody waits for is logged, and is no unhandled rejection', async (t) => {
  const { forge, lines } = shop()
  const agent = agentOf('hasty', 100, async ({ budget }) => {
    void (await budget.reserve(10)).settle(11)
    return 'done'
  })
  t.is(await forge.run(agent, null), 'done')
  const line = lines.find((line) => line.includes('a reservation could not be settled'))
  t.regex(line ?? '', /SETTLEMENT_TOO_LARGE/)
})
