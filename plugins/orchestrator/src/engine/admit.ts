import type { Transaction } from '@titanforge/core'
import { runStarted, runWoken } from '../events.js'
import type { Publish } from '../journal/open-run.js'

interface Admitted {
  id: string
  workflow: string
  version: number
  generation: number
  is_new: boolean
}

/**
 * Gives free slots of a customer to the runs that wait for one, the one that was started first before all
 * others. The customer is locked.
 *
 * @param customer for the application's own work, whose runs have no bound, the run.
 * @param limit how many runs may be at work at once.
 */
export async function admit(
  tx: Transaction,
  publish: Publish,
  customer: { runId: string | null; userId: string | null },
  limit: number,
): Promise<void> {
  const { runId, userId } = customer
  const admitted = await tx.query<Admitted>(
    `WITH queued AS (
       SELECT id, started_at IS NULL AS is_new FROM workflow_runs
       WHERE status = 'queued' AND CASE WHEN $1::uuid IS NULL THEN id = $2 ELSE user_id = $1 END
       ORDER BY created_at, id
       LIMIT greatest(0, $3::bigint - (
         SELECT count(*) FROM workflow_runs
         WHERE user_id = $1 AND status IN ('running', 'compensating')
       ))
     )
     UPDATE workflow_runs run
     SET status = 'running', started_at = coalesce(started_at, clock_timestamp()), revision = revision + 1
     FROM queued WHERE run.id = queued.id
     RETURNING run.id, workflow, version, generation, is_new`,
    [userId, runId, Math.min(limit, Number.MAX_SAFE_INTEGER)],
  )
  for (const { id, workflow, version, generation, is_new } of admitted) {
    if (is_new) await publish(runStarted, { runId: id, userId, workflow, version })
    await publish(runWoken, { runId: id, userId, generation, step: null, eventId: null })
  }
}
