import type { Database } from '@titanforge/database'
import type { PostgresIdempotencyStore } from './idempotency/postgres-idempotency-store.js'

/** Takes away what has no meaning any more. What was done stays in the audit log. */
export async function purge(db: Database, idempotency: PostgresIdempotencyStore): Promise<void> {
  for (const statement of OVER) await db.query(statement)
  await idempotency.purge()
}

// A session stays for a week after its end, so that a stolen token that comes late is still known as one.
const OVER = [
  `DELETE FROM sessions
   WHERE expires_at < now() - interval '7 days' OR ended_at < now() - interval '7 days'`,
  `DELETE FROM one_time_tokens WHERE expires_at < now() - interval '7 days'`,
  `DELETE FROM github_states WHERE expires_at < now()`,
  `DELETE FROM rate_limits WHERE expire < extract(epoch FROM now()) * 1000`,
]
