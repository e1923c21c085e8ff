import { setImmediate as turn } from 'node:timers/promises'
import test from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { defineAgent, type Agent } from '../../src/agents/agent.js'
import type { Call } from '../../src/agents/call.js'
import type { Interceptor } from '../../src/agents/interceptor.js'
import type { Observer } from '../../src/agents/observer.js'
import type { RunContext } from '../../src/agents/run-context.js'
import { defineTool } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'
import { purseLedger } from './purse-ledger.js'

type Effect = 'idempotent' | 'external' | 'reconcilable'

/** How a call is made by whoever stands around it. */
type Way = 'once' | 'again' | 'twice' | 'in vain'

/** What an agent does. */
type Act =
  | { does: 'call'; price: number; effect: Effect; failures: number; isDone: boolean }
  | { does: 'spend'; most: number; part: number; then: 'settle' | 'release' | 'forget' | 'throw' }
  | { does: 'ask'; agent: Spender }

interface Spender {
  budget: number
  /** What a call costs, where the budget is enough for it. */
  price: number
  acts: Act[]
  /** Whether it does all at once. */
  isHasty: boolean
  fails: boolean
}

const money = fc.nat(60)
const call = fc.record({
  does: fc.constant('call' as const),
  price: money,
  effect: fc.constantFrom<Effect[]>('external', 'external', 'reconcilable', 'idempotent'),
  failures: fc.nat(1),
  // Whether one that fails has done it all the same.
  isDone: fc.boolean(),
})
const spend = fc.record({
  does: fc.constant('spend' as const),
  most: money,
  part: fc.double({ min: 0, max: 1, noNaN: true }),
  then: fc.constantFrom('settle', 'settle', 'settle', 'release', 'forget', 'throw'),
})
const way = fc.constantFrom<Way[]>('once', 'once', 'once', 'again', 'twice', 'in vain')
const { spender } = fc.letrec<{ spender: Spender; act: Act }>((tie) => ({
  spender: fc.record({
    budget: fc.oneof(fc.nat(150), fc.constant(Infinity)),
    price: fc.nat(20),
    acts: fc.array(tie('act'), { maxLength: 6 }),
    isHasty: fc.boolean(),
    fails: fc.boolean(),
  }),
  act: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    call,
    spend as fc.Arbitrary<Act>,
    fc.record({ does: fc.constant('ask' as const), agent: tie('spender') }),
  ),
}))

/** Where an agent with a budget stood in its run. */
interface Bounded {
  key: string
  budget: number
}

function agentOf(spender: Spender, pause: () => Promise<unknown>, bounded: Bounded[]): Agent<null> {
  const { budget, price, acts, isHasty, fails } = spender
  const tools = acts.map((act) => (act.does === 'call' ? toolOf(act, pause) : undefined))
  const agents = acts.map((act) =>
    act.does === 'ask' ? agentOf(act.agent, pause, bounded) : undefined,
  )
  const perform = async (act: Act, index: number, ctx: RunContext) => {
    const [tool, agent] = [tools[index], agents[index]]
    if (tool) return ctx.tool(tool, null)
    if (agent) return ctx.run(agent, null)
    if (act.does !== 'spend') return null
    const reservation = await ctx.budget.reserve(act.most)
    await pause()
    if (act.then === 'throw') throw new Error('broken')
    if (act.then === 'release') await reservation.release()
    if (act.then === 'settle') await reservation.settle(Math.floor(act.most * act.part))
    return null
  }
  return defineAgent({
    name: 'spender',
    description: 'Spends.',
    budget,
    price: Math.min(price, budget),
    tools: tools.filter((tool) => tool !== undefined),
    input: z.null(),
    output: z.null(),
    async run(_, ctx) {
      bounded.push({ key: ctx.idempotencyKey, budget })
      const performAll = acts.map((act, index) => () => perform(act, index, ctx))
      if (isHasty) await Promise.allSettled(performAll.map((perform) => perform()))
      // Goes on whatever fails, as one that has alternatives does.
      else for (const perform of performAll) await perform().catch(() => null)
      if (fails) throw new Error('failed')
      return null
    },
  })
}

function toolOf(
  { price, effect, failures, isDone }: Act & { does: 'call' },
  pause: () => Promise<unknown>,
) {
  let attempts = 0
  return defineTool({
    name: `tool_${crypto.randomUUID()}`,
    description: 'Costs something.',
    effect: effect === 'reconcilable' ? 'external' : effect,
    price,
    input: z.null(),
    output: z.null(),
    async run() {
      await pause()
      if (attempts++ < failures) throw new Error('away')
      return null
    },
    ...(effect === 'reconcilable' && {
      async reconcile() {
        await pause()
        return isDone ? { done: true, output: null } : { done: false }
      },
    }),
  })
}

function around(kind: Call['kind'], way: Way, pause: () => Promise<unknown>): Interceptor {
  return {
    phase: 'guard',
    applies: (call) => call.kind === kind && way !== 'once',
    async intercept(_, next) {
      if (way === 'again') await next().catch(() => null)
      if (way === 'twice') {
        void next()
        await pause()
      }
      const answer = await next()
      if (way === 'in vain') throw new Error('not this one')
      return answer
    },
  }
}

test('whatever goes on side by side, fails or is cancelled, no budget is overspent and nothing stays set aside', async (t) => {
  t.timeout(120_000)
  const { log } = captureLog()
  let spentToTheLast = 0
  await fc.assert(
    fc.asyncProperty(
      spender,
      fc.infiniteStream(fc.nat(3)),
      fc.option(fc.nat(60)),
      fc.record({ agent: way, tool: way }),
      async (spender, turns, cancelAfter, ways) => {
        const cancel = new AbortController()
        let pauses = 0
        const pause = async () => {
          if (pauses++ === cancelAfter) cancel.abort()
          const { value } = turns.next() as { value: number }
          for (let n = 0; n < value; n++) await turn()
        }
        const { plugin, settled, held, mostTaken, keysSpent, faults } = purseLedger(pause)
        const interceptors = [around('agent', ways.agent, pause), around('tool', ways.tool, pause)]
        const answered = new Set<string>()
        const watch: Observer = {
          ended: ({ ctx }, { status }) => {
            if (status === 'succeeded') answered.add(ctx.idempotencyKey)
          },
        }
        const phases = definePlugin({
          name: 'phases',
          setup: () => ({ interceptors, observers: [watch] }),
        })
        const forge = createForge({ plugins: [plugin, phases()], log })
        const bounded: Bounded[] = []
        const run = forge.run(agentOf(spender, pause, bounded), null, { signal: cancel.signal })
        await run.catch(() => null)
        t.is(held(), 0, 'nothing stays set aside')
        t.deepEqual(faults, [], 'nothing is held twice under a key, nor settled or released twice')
        const prices = keysSpent().filter((key) => !key.includes('$'))
        t.deepEqual(
          prices.filter((key) => !answered.has(key)),
          [],
          'no price is paid without an answer',
        )
        t.true(mostTaken() <= spender.budget, 'no more was spent and held at any time')
        for (const { key, budget } of bounded) {
          const isOfIt = (one: string) => one === key || /^[.$]/.test(one.replace(key, ''))
          const spent = settled((one) => one.startsWith(key) && isOfIt(one))
          // Who is called again under its key, since who calls it is, has its budget again.
          const times = bounded.filter((one) => one.key === key).length
          t.true(spent <= times * budget, `${key} spent ${spent} of ${times} × ${budget}`)
          if (spent === budget) spentToTheLast++
        }
      },
    ),
    { numRuns: 200 },
  )
  t.true(spentToTheLast > 0, 'some budgets were spent to the last')
})
