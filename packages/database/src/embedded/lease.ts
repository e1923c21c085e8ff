import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from './connection.js'

/** Under this name every user of the server holds one connection open. */
export const LEASE = 'titanforge-lease'

// Connections that were closed a moment ago may still be listed, for about half a second. A machine that
// stalls would let a deadline pass between two looks.
const LOOKS = 25
const PAUSE_MS = 20

/** Whether nobody else is connected to the server, neither with a lease nor otherwise. */
export async function isAlone(connection: Connection): Promise<boolean> {
  for (let looks = 1; ; looks++) {
    const others = await connection.query<{ application_name: string }>(
      `SELECT application_name FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    )
    if (others.length === 0) return true
    const leased = others.some((client) => client.application_name === LEASE)
    if (leased || looks === LOOKS) return false
    await delay(PAUSE_MS)
  }
}
