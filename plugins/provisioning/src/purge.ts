import type { Database } from '@titanforge/database'

/** Removes what the clock has ended: holds and slots of processes that have died. */
export async function purge(db: Database): Promise<void> {
  await db.query('DELETE FROM budget_holds WHERE expires_at <= now()')
  await db.query('DELETE FROM agent_slots WHERE expires_at <= now()')
}
