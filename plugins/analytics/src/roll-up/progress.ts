import type { Transaction } from '@titanforge/core'

type Queries = Pick<Transaction, 'query'>

/** How far a task came, as it was kept last. */
export async function progressOf<Progress>(
  db: Queries,
  task: string,
): Promise<Progress | undefined> {
  const [row] = await db.query<{ progress: Progress }>(
    'SELECT progress FROM analytics_progress WHERE task = $1',
    [task],
  )
  return row?.progress
}

export async function keepProgress(db: Queries, task: string, progress: object): Promise<void> {
  await db.query(
    `INSERT INTO analytics_progress (task, progress) VALUES ($1, $2)
     ON CONFLICT (task) DO UPDATE SET progress = excluded.progress, updated_at = now()`,
    [task, JSON.stringify(progress)],
  )
}

export async function forgetProgress(db: Queries, task: string): Promise<void> {
  await db.query('DELETE FROM analytics_progress WHERE task = $1', [task])
}
