import test from 'ava'
import { z } from 'zod'
import { defineAgent } from '../../src/agents/agent.js'
import { defineTool } from '../../src/agents/tool.js'
import { createForge } from '../../src/forge.js'
import { Admission } from '../../src/money/admission.js'
import { Entitlements, type Verdict } from '../../src/money/entitlements.js'
import { Ledger, type ReservationRequest } from '../../src/money/ledger.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'

const { log } = captureLog()
const principal = { userId: 'ada' }

/** A tool of two attempts, of which the first may fail, and the agent that calls it. */
function swarm({ fails = false, external = false } = {}) {
  let attempts = 0
  const paid = defineTool({
    name: 'paid',
    description: 'Costs something.',
    effect: external ? 'external' : 'read',
    input: z.null(),
    output: z.number(),
    requires: ['tools.paid'],
    price: 1500,
    run() {
      attempts++
      if (fails && attempts === 1) throw new Error('away')
      return attempts
    },
  })
  const inner = defineAgent({
    name: 'inner',
    description: 'Calls the tool.',
    tools: [paid],
    requires: ['agents.inner', 'agents.more'],
    input: z.null(),
    output: z.number(),
    run: (_input, ctx) => ctx.tool(paid, null),
  })
  const outer = defineAgent({
    name: 'outer',
    description: 'Calls the agent.',
    input: z.null(),
    output: z.number(),
    run: (_input, ctx) => ctx.run(inner, null),
  })
  return { outer, attempts: () => attempts }
}

/** An application whose money ports write down what they are asked. */
function shop(verdict: (feature: string) => Verdict = () => ({ ok: true, source: 'override' })) {
  const asked: string[] = []
  const requests: ReservationRequest[] = []
  const money = definePlugin({
    name: 'money',
    provides: { entitlements: Entitlements, admission: Admission, ledger: Ledger },
    setup: () => ({
      services: {
        entitlements: {
          async check({ userId }, feature) {
            asked.push(`check ${userId} ${feature}`)
            return verdict(feature)
          },
        },
        admission: {
          async admit({ principal: { userId }, agent }) {
            asked.push(`admit ${userId} ${agent}`)
            return { release: async () => void asked.push('leave') }
          },
        },
        ledger: {
          async reserve(request) {
            requests.push(request)
            asked.push(`reserve ${request.amount}`)
            return {
              settle: async (amount) => void asked.push(`settle ${amount}`),
              release: async () => void asked.push('release'),
            }
          },
        },
      },
    }),
  })
  return { forge: createForge({ plugins: [money()], log }), asked, requests }
}

test('without a plugin for money everything is allowed', async (t) => {
  t.is(await createForge({ plugins: [], log }).run(swarm().outer, null, { principal }), 1)
})

test('a customer’s run is admitted once, entitled at every step, and pays for its tools', async (t) => {
  const { forge, asked, requests } = shop()
  t.is(await forge.run(swarm().outer, null, { principal }), 1)
  t.deepEqual(asked, [
    'admit ada outer',
    'check ada agents.inner',
    'check ada agents.more',
    'check ada tools.paid',
    'reserve 1500',
    'settle 1500',
    'leave',
  ])
  t.like(requests[0], { what: 'paid', amount: 1500, ttlMs: 90_000 })
  t.regex(requests[0]?.key ?? '', /:outer\.1-inner\.1-paid$/)
  t.regex(requests[0]?.scopes.join() ?? '', /^run:[0-9a-f-]{36},user:ada$/)
})

test('the application’s own run pays for its tools, and is neither checked nor queued', async (t) => {
  const { forge, asked, requests } = shop()
  await forge.run(swarm().outer, null)
  t.deepEqual(asked, ['reserve 1500', 'settle 1500'])
  t.is(requests[0]?.scopes.length, 1)
})

test('what the customer has not paid for is refused before it runs, and says where to buy it', async (t) => {
  const { forge, asked } = shop((feature) =>
    feature === 'tools.paid'
      ? { ok: false, code: 'past_due', upgradeUrl: 'https://shop.example/plans' }
      : { ok: true, source: 'subscription' },
  )
  const { outer, attempts } = swarm()
  const error = await t.throwsAsync(forge.run(outer, null, { principal }), {
    code: 'NOT_ENTITLED',
    message: 'The tool "paid" needs "tools.paid", which the customer does not have (past_due).',
  })
  t.like(error, {
    status: 403,
    details: { feature: 'tools.paid', code: 'past_due', upgradeUrl: 'https://shop.example/plans' },
  })
  t.is(attempts(), 0)
  t.is(asked.at(-1), 'leave')
  t.false(asked.some((line) => line.startsWith('reserve')))
})

for (const answer of [undefined, {}, { ok: 'no' }, 'yes', true]) {
  test(`where entitlements answer ${JSON.stringify(answer)}, which is no verdict, nothing is let in`, async (t) => {
    const { outer, attempts } = swarm()
    const { forge } = shop(() => answer as never)
    await t.throwsAsync(forge.run(outer, null, { principal }), {
      code: 'NOT_ENTITLED',
      message: /"agents\.inner".*\(unknown\)/,
    })
    t.is(attempts(), 0)
  })
}

test('every attempt is reserved on its own, and one that fails is given back', async (t) => {
  const { forge, asked } = shop()
  t.is(await forge.run(swarm({ fails: true }).outer, null, { principal }), 2)
  const money = asked.filter((line) => /^(reserve|settle|release)/.test(line))
  t.deepEqual(money, ['reserve 1500', 'release', 'reserve 1500', 'settle 1500'])
})

test('an agent can have a price of its own, beside its tools', async (t) => {
  const { forge, asked, requests } = shop()
  const { outer } = swarm()
  const sold = defineAgent({
    name: 'sold',
    description: 'Is sold by the run.',
    input: z.null(),
    output: z.number(),
    price: 20_000,
    run: (_input, ctx) => ctx.run(outer, null),
  })
  await forge.run(sold, null, { principal })
  const money = asked.filter((line) => /^(reserve|settle)/.test(line))
  t.deepEqual(money, ['reserve 20000', 'reserve 1500', 'settle 1500', 'settle 20000'])
  t.is(requests[0]?.what, 'sold')
})

test('a run that fails leaves its slot', async (t) => {
  const { forge, asked } = shop()
  await t.throwsAsync(forge.run(swarm({ fails: true, external: true }).outer, null, { principal }))
  t.deepEqual(asked.slice(-2), ['release', 'leave'])
})

for (const [how, release] of [
  ['fails', () => Promise.reject(new Error('the database is away'))],
  ['hangs', () => new Promise<void>(() => undefined)],
] as const) {
  test(`a run answers, and is paid, though the release of its slot ${how}`, async (t) => {
    const spent: number[] = []
    const money = definePlugin({
      name: 'money',
      provides: { admission: Admission, ledger: Ledger },
      setup: () => ({
        services: {
          admission: { admit: () => Promise.resolve({ release }) },
          ledger: {
            reserve: async () => ({
              settle: async (amount) => void spent.push(amount),
              release: async () => undefined,
            }),
          },
        },
      }),
    })
    const agent = defineAgent({
      name: 'priced',
      description: 'Costs something.',
      price: 700,
      input: z.null(),
      output: z.null(),
      run: () => null,
    })
    t.is(await createForge({ plugins: [money()], log }).run(agent, null, { principal }), null)
    t.deepEqual(spent, [700])
  })
}

test('a run that ends without its code leaves its slot', async (t) => {
  let left = 0
  const money = definePlugin({
    name: 'money',
    provides: { admission: Admission },
    setup: () => ({
      services: { admission: { admit: async () => ({ release: async () => void left++ }) } },
    }),
  })
  const stubborn = defineAgent({
    name: 'stubborn',
    description: 'Never ends.',
    timeoutMs: 50,
    input: z.null(),
    output: z.null(),
    run: () => new Promise<null>(() => undefined),
  })
  const forge = createForge({ plugins: [money()], log })
  await t.throwsAsync(forge.run(stubborn, null, { principal }), { code: 'RUN_TIMED_OUT' })
  await new Promise(setImmediate)
  t.is(left, 1)
})

test('a port that fails closes the way', async (t) => {
  const { forge } = shop(() => {
    throw new Error('the database is away')
  })
  const { outer, attempts } = swarm()
  await t.throwsAsync(forge.run(outer, null, { principal }), { message: 'the database is away' })
  t.is(attempts(), 0)
})
