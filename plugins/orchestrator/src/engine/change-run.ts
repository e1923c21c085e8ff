import type { Logger, Transaction } from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'
import { OpenRun, type Publish } from '../journal/open-run.js'
import { lockCustomer, lockRun, readRun, readSteps } from '../journal/read.js'
import { isOver } from '../journal/run-row.js'
import { admit } from './admit.js'
import type { Engine } from './engine.js'

export interface Change {
  tx: Transaction
  publish: Publish
  log: Logger
  runId: string
  userId: string | null
  /** How many runs of the customer may be at work at once. */
  limit: number
}

/**
 * Changes a run in a transaction, with the run and its customer locked; then lets those runs of the customer
 * begin for which there is room now.
 *
 * @returns undefined where there is no such run.
 */
export async function changeIn<Result>(
  { tx, publish, log, runId, userId, limit }: Change,
  change: (run: OpenRun) => Promise<Result>,
): Promise<Result | undefined> {
  await lockCustomer(tx, { runId, userId })
  const row = await lockRun(tx, runId)
  if (!row) return undefined
  const run = new OpenRun(tx, publish, log, row, await readSteps(tx, row))
  const result = await change(run)
  await run.save()
  const leavesRoom = isOver(row) || row.status === 'waiting' || row.status === 'queued'
  if (leavesRoom) await admit(tx, publish, { runId, userId }, limit)
  return result
}

/**
 * Changes a run as somebody asks.
 *
 * @throws RUN_NOT_FOUND
 */
export async function changeRun<Result>(
  engine: Engine,
  runId: string,
  change: (run: OpenRun) => Promise<Result>,
): Promise<Result> {
  const { db, bus, log } = engine
  const seen = await readRun(db, runId)
  if (!seen) throw OrchestratorErrors.RUN_NOT_FOUND()
  const userId = seen.user_id
  const limit = await engine.limitOf(userId)
  const changed = await db.transaction((tx) => {
    const publish: Publish = (type, payload, options) => bus.publish(tx, type, payload, options)
    return changeIn({ tx, publish, log, runId, userId, limit }, async (run) => ({
      result: await change(run),
    }))
  })
  if (!changed) throw OrchestratorErrors.RUN_NOT_FOUND()
  return changed.result
}
