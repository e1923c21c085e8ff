import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from './connection.js'

/** Under this name every user of the server holds one connection open. */
export const LEASE = 'titanforge-lease'

// Connections that were closed a moment ago may still be listed.
const GRACE_MS = 500

/** Whether nobody else is connected to the server, neither with a lease nor otherwise. */
export async function isAlone(connection: Connection): Promise<boolean> {
  const deadline = Date.now() + GRACE_MS
  for (;;) {
    const others = await connection.query<{ application_name: string }>(
      `SELECT application_name FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    )
    if (others.length === 0) return true
    const leased = others.some((client) => client.application_name === LEASE)
    if (leased || Date.now() > deadline) return false
    await delay(20)
  }
}
