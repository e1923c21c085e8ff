import { reply, route, type Reply, type Route } from '@titanforge/http'
import { z } from 'zod'
import { cancelRun } from '../engine/cancel-run.js'
import type { Engine } from '../engine/engine.js'
import { refuseUnpaid } from '../engine/refuse-unpaid.js'
import { retryRun } from '../engine/retry-run.js'
import { readRun, readSteps } from '../journal/read.js'
import type { RunRow } from '../journal/run-row.js'
import { run, runs, runWithSteps } from './answers.js'
import { ownRun, runParams } from './own-run.js'
import { presentRun, presentStep } from './present.js'

/** The caller's runs. */
export const runRoutes = (engine: Engine): Route[] => [
  route({
    method: 'GET',
    path: '/api/runs',
    auth: 'user',
    summary: 'Your runs, newest first; "before" is the id of the last one of the page before',
    query: z.object({
      limit: z.coerce.number<string>().int().min(1).max(200).default(50),
      before: z.uuid().optional(),
    }),
    response: runs,
    async handler({ query: { limit, before }, identity }) {
      // An id begins with the time of its making, so that later ones are greater.
      const rows = await engine.db.query<RunRow>(
        `SELECT * FROM workflow_runs WHERE user_id = $1 AND ($2::uuid IS NULL OR id < $2)
         ORDER BY id DESC LIMIT $3`,
        [identity.userId, before ?? null, limit],
      )
      return { runs: rows.map(presentRun) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/runs/:id',
    auth: 'user',
    summary: 'A run with its steps',
    params: runParams,
    response: runWithSteps,
    async handler({ params, identity }) {
      const row = await ownRun(engine, identity, params.id)
      const steps = await readSteps(engine.db, row)
      return { ...presentRun(row), steps: steps.map(presentStep) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/runs/:id/cancel',
    auth: 'user',
    summary: 'Cancel a run; what it has done is undone',
    params: runParams,
    response: run,
    async handler({ params, identity }) {
      const { id } = await ownRun(engine, identity, params.id)
      await cancelRun(engine, id)
      return accepted(engine, id)
    },
  }),
  route({
    method: 'POST',
    path: '/api/runs/:id/retry',
    auth: 'user',
    summary: 'Take a failed run up again',
    params: runParams,
    response: run,
    async handler({ params, identity }) {
      const row = await ownRun(engine, identity, params.id)
      // Who started it had to have paid for it, and so has who starts it again; to undo it costs nothing.
      const isForPaying = row.requested_by === 'api' && row.ending === null
      if (isForPaying && row.user_id !== null && !identity.isSuperuser) {
        const requires = engine.catalogue.of(row)?.requires ?? []
        await refuseUnpaid(engine.entitlements, row.user_id, 'The run', requires)
      }
      await retryRun(engine, row.id)
      return accepted(engine, row.id)
    },
  }),
]

/** What is asked of a run is done after the answer. */
export async function accepted({ db }: Engine, id: string): Promise<Reply> {
  const row = await readRun(db, id)
  return reply(202, row && presentRun(row))
}
