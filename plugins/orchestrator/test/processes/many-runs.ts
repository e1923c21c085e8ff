import { fileURLToPath } from 'node:url'
import { startProcess } from '@titanforge/core/testing'
import { waitFor } from '@titanforge/database/testing'
import { workflowRequested } from '../../src/index.js'
import { application } from '../application.js'
import { outside } from '../outside.js'
import { oneStep } from './ten-steps.js'

const NODE = fileURLToPath(new URL('node.js', import.meta.url))
export const LIMIT = 3

/**
 * Starts many runs for ten customers at once, which two processes take on, and resolves with what was seen
 * when all have ended.
 */
export async function manyRuns(t: { teardown(end: () => unknown): void }, count: number) {
  const world = await outside(t)
  const workflow = oneStep(world.url)
  const here = await application(t, {
    workflows: [workflow],
    consume: false,
    limit: () => LIMIT,
  })
  const env = { DATABASE: here.url, OUTSIDE: world.url, LIMIT: String(LIMIT) }
  const nodes = await Promise.all([1, 2].map(() => startProcess(NODE, { env, ready: /ready/ })))
  t.teardown(() => Promise.all(nodes.map((node) => node.end('SIGKILL'))))
  const customers = await Promise.all(Array.from({ length: 10 }, () => here.user()))
  const requests = Array.from({ length: count }, (_, n) => ({
    payload: {
      workflow: workflow.name,
      userId: customers[n % customers.length] ?? null,
      input: { what: `${n}` },
    },
  }))
  // Holds each request until its customer has as many under way as there may be.
  const doneBy = (customer: string) =>
    world.effects.filter((effect) => effect.customer === customer).length
  world.look(async (moment, { customer }) => {
    if (moment !== 'received') return
    const done = doneBy(customer)
    const most = Math.min(LIMIT, count / customers.length - done)
    await waitFor(() => (world.atOnce.get(customer) ?? 0) >= most || doneBy(customer) > done, {
      what: `${most} requests of one customer at once`,
      timeoutMs: 60_000,
    })
  })
  const began = performance.now()
  await here.db.transaction((tx) => here.bus.publishAll(tx, workflowRequested, requests))

  let mostRunning = 0
  const isOver = async () => {
    const rows = await here.db.query<{ at_work: number; over: number }>(
      `SELECT count(*) FILTER (WHERE status IN ('running', 'compensating'))::int AS at_work,
              count(*) FILTER (WHERE status = 'succeeded')::int AS over
       FROM workflow_runs GROUP BY user_id`,
    )
    mostRunning = Math.max(mostRunning, ...rows.map(({ at_work }) => at_work))
    return rows.reduce((sum, { over }) => sum + over, 0) === count
  }
  await waitFor(isOver, { what: 'all runs to end', timeoutMs: 600_000 })
  const seconds = (performance.now() - began) / 1000
  const inOrder = await here.db.query<{ user_id: string; late: number }>(
    `SELECT user_id, max(abs(asked - begun))::int AS late FROM (
       SELECT user_id, row_number() OVER (PARTITION BY user_id ORDER BY created_at, id) AS asked,
              row_number() OVER (PARTITION BY user_id ORDER BY started_at, created_at, id) AS begun
       FROM workflow_runs
     ) AS places GROUP BY user_id`,
  )
  return {
    seconds,
    mostRunning,
    effects: world.effects.length,
    requests: world.asked.length,
    processes: new Set(world.asked.map(({ pid }) => pid)).size,
    mostAtOnce: Math.max(...world.mostAtOnce.values()),
    leastAtOnce: Math.min(...world.mostAtOnce.values()),
    /** How many others of a customer's runs, at most, have overtaken one. */
    overtaken: Math.max(...inOrder.map(({ late }) => late)),
    deadLetters: await here.bus.deadLetters.list(),
  }
}
