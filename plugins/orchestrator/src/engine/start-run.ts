import { parse, type Transaction } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { OrchestratorErrors } from '../errors.js'
import type { Publish } from '../journal/open-run.js'
import { lockCustomer } from '../journal/read.js'
import type { RunRow } from '../journal/run-row.js'
import { NO_VERSION } from '../workflow/catalogue.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { admit } from './admit.js'
import type { Engine } from './engine.js'

/** After which it makes sense to ask again, where too many wait. */
const BUSY_SECONDS = 10

export interface NewRun {
  /** The name alone, where this process does not know it. */
  workflow: AnyWorkflow | string
  input: unknown
  /** For whom; null for the application's own work. */
  userId: string | null
  requestedBy: RunRow['requested_by']
  /** Of one key, one run is started, however often it is asked for. */
  key?: string | undefined
  /** The purchase that starts it. */
  purchaseId?: string | undefined
  /** How many runs of the customer may wait to begin; any number, if left out. */
  queuedRuns?: number
}

/**
 * Starts a run in a transaction. It begins after the commit, when there is a slot for it.
 *
 * @param limit how many runs of the customer may be at work at once.
 * @returns its id; that of the first, where one of its key was started before.
 * @throws INPUT_INVALID, RUN_QUEUE_FULL
 */
export async function startIn(
  tx: Transaction,
  publish: Publish,
  { workflow, input, userId, requestedBy, key, purchaseId, queuedRuns }: NewRun,
  limit: number,
): Promise<string> {
  const { name, version, parsed } =
    typeof workflow === 'string'
      ? { name: workflow, version: NO_VERSION, parsed: input }
      : { ...workflow, parsed: parseInput(workflow, input) }
  const id = uuidv7()
  await lockCustomer(tx, { runId: id, userId })
  if (queuedRuns !== undefined) await refuseMany(tx, userId, queuedRuns)
  const [row] = await tx.query(
    // The clock, and not the transaction's time: runs begin in the order in which they had the lock.
    `INSERT INTO workflow_runs (id, workflow, version, user_id, status, requested_by, request_key,
                                purchase_id, input, created_at, log_position)
     SELECT $1, $2, $3, $4, 'queued', $5, $6, $7, $8,
            clock_timestamp(), (SELECT coalesce(max(position), 0) FROM events)
     WHERE NOT EXISTS (SELECT 1 FROM pruned_workflow_runs WHERE request_key = $6)
     ON CONFLICT (request_key) DO NOTHING RETURNING id`,
    [
      id,
      name,
      version,
      userId,
      requestedBy,
      key ?? null,
      purchaseId ?? null,
      JSON.stringify(parsed ?? null),
    ],
  )
  if (row) {
    await admit(tx, publish, { runId: id, userId }, limit)
    return id
  }
  const [first] = await tx.query<{ id: string }>(
    `SELECT id FROM workflow_runs WHERE request_key = $1
     UNION ALL SELECT run_id FROM pruned_workflow_runs WHERE request_key = $1`,
    [key],
  )
  return first?.id ?? id
}

/** @throws INPUT_INVALID */
export const parseInput = ({ name, input: schema }: AnyWorkflow, input: unknown): unknown =>
  parse(schema, input, `input of workflow "${name}"`)

/** @throws what {@link startIn} throws. */
export async function startRun(engine: Engine, run: NewRun): Promise<string> {
  const { db, bus } = engine
  const limit = await engine.limitOf(run.userId)
  return db.transaction((tx) =>
    startIn(tx, (type, payload, options) => bus.publish(tx, type, payload, options), run, limit),
  )
}

async function refuseMany(tx: Transaction, userId: string | null, most: number): Promise<void> {
  const [row] = await tx.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM workflow_runs WHERE user_id = $1 AND status = 'queued'`,
    [userId],
  )
  const waiting = row?.waiting ?? 0
  const details = { waiting, retryAfterSeconds: BUSY_SECONDS }
  if (waiting >= most) throw OrchestratorErrors.RUN_QUEUE_FULL({ waiting }, { details })
}
