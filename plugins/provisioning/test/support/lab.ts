import { defineAgent, definePlugin, defineTool, Ledger } from '@titanforge/core'
import { Database } from '@titanforge/database'
import { route } from '@titanforge/http'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

/** What a call of `dig` costs. */
export const DIG_PRICE = 1000

const dig = defineTool({
  name: 'dig',
  description: 'Costs something, and may break.',
  effect: 'external',
  price: DIG_PRICE,
  input: z.object({ breaks: z.boolean().default(false) }),
  output: z.null(),
  run({ breaks }) {
    if (breaks) throw new Error('the spade broke')
    return null
  },
})

export const digger = defineAgent({
  name: 'digger',
  description: 'Digs.',
  tools: [dig],
  input: z.object({ holes: z.number().int().default(1), breaks: z.boolean().default(false) }),
  output: z.null(),
  async run({ holes, breaks }, ctx) {
    for (let n = 0; n < holes; n++) await ctx.tool(dig, { breaks })
    return null
  },
})

/** Takes a while, and notes from when to when. */
export const sleeper = defineAgent({
  name: 'sleeper',
  description: 'Sleeps.',
  input: z.object({ ms: z.number().default(0) }),
  output: z.null(),
  async run({ ms }, { get, runId, principal, signal }) {
    const db = get(Database)
    await db.query('INSERT INTO naps (run_id, user_id, began) VALUES ($1, $2, clock_timestamp())', [
      runId,
      principal?.userId,
    ])
    await delay(ms, undefined, { signal })
    await db.query('UPDATE naps SET ended = clock_timestamp() WHERE run_id = $1', [runId])
    return null
  },
})

/** Is sold as a feature. */
export const seer = defineAgent({
  name: 'seer',
  description: 'Sees.',
  requires: ['sight'],
  input: z.null(),
  output: z.string(),
  run: () => 'I see.',
})

const forWhom = { userId: z.uuid() }

/** Agents, tools and routes to be limited, and commands over HTTP for a second process. */
export const lab = definePlugin({
  name: 'lab',
  requires: { ledger: Ledger },
  setup: ({ forge, ledger }) => ({
    agents: [digger, sleeper, seer],
    tools: [dig],
    routes: [
      route({
        method: 'GET',
        path: '/lab/ping',
        auth: 'user',
        summary: 'Counts',
        handler: () => ({}),
      }),
      route({
        method: 'GET',
        path: '/lab/sight',
        auth: 'user',
        summary: 'Is sold as a feature',
        requires: ['sight'],
        handler: () => ({}),
      }),
      route({
        method: 'POST',
        path: '/lab/dig',
        auth: 'none',
        summary: 'Runs the digger',
        body: z.object({ ...forWhom, holes: z.number() }),
        handler: ({ body: { userId, holes } }) =>
          forge.run(digger, { holes }, { principal: { userId } }),
      }),
      route({
        method: 'POST',
        path: '/lab/sleep',
        auth: 'none',
        summary: 'Runs the sleeper',
        body: z.object({ ...forWhom, ms: z.number() }),
        handler: ({ body: { userId, ms } }) =>
          forge.run(sleeper, { ms }, { principal: { userId } }),
      }),
      route({
        method: 'POST',
        path: '/lab/reserve',
        auth: 'none',
        summary: 'Reserves, and never settles',
        body: z.object({ ...forWhom, amount: z.number(), key: z.string(), ttlMs: z.number() }),
        async handler({ body: { userId, ...request } }) {
          await ledger.reserve({ ...request, scopes: [`user:${userId}`], what: 'dig' })
        },
      }),
    ],
  }),
})
