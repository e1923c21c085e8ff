import type { Client } from 'pg'

/** What other tables refer to, after them. */
const LAST = ['users', 'products', 'events']

/**
 * Empties every table but those that running servers rely on. They look for work meanwhile, which
 * truncating would disturb.
 */
export async function clearTables(db: Client): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name NOT IN ('migrations', 'event_consumers', 'event_schedules', 'audit_log')`,
  )
  const names = rows.map(({ name }) => name)
  const order = [...names.filter((name) => !LAST.includes(name)), ...LAST]
  await db.query(`BEGIN; ${order.map((name) => `DELETE FROM "${name}";`).join(' ')} COMMIT`)
}
