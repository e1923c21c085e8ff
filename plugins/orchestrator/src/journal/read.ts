import type { Database } from '@titanforge/database'
import type { RunRow } from './run-row.js'
import type { StepRow } from './step-row.js'

type Reader = Pick<Database, 'query'>

const RUN = 'SELECT * FROM workflow_runs WHERE id = $1'

export async function readRun(db: Reader, id: string): Promise<RunRow | undefined> {
  const [row] = await db.query<RunRow>(RUN, [id])
  return row
}

/** The run, which nobody else changes until the transaction ends. */
export async function lockRun(tx: Reader, id: string): Promise<RunRow | undefined> {
  const [row] = await tx.query<RunRow>(`${RUN} FOR UPDATE`, [id])
  return row
}

/** The steps of a run, in the order in which the workflow came to them. */
export function readSteps(
  db: Reader,
  { id, generation }: Pick<RunRow, 'id' | 'generation'>,
): Promise<StepRow[]> {
  return db.query<StepRow>(
    `SELECT *, coalesce(due_at <= now(), false) AS is_due FROM workflow_steps
     WHERE run_id = $1 AND generation = $2 ORDER BY asked`,
    [id, generation],
  )
}

/**
 * Makes all transactions about one customer's runs go one after another; it is taken before any other lock.
 * The application's own runs have no common bound, so each goes by itself.
 */
export async function lockCustomer(
  tx: Reader,
  { runId, userId }: { runId: string | null; userId: string | null },
): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `workflow_runs:${userId ?? runId}`,
  ])
}
