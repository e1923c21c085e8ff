import type { Entitlements, Principal, Verdict } from '@titanforge/core'
import type { Database } from '@titanforge/database'

/** The kernel asks, what was paid for answers: a feature counts from its row's commit to its end. */
export class GrantedEntitlements implements Entitlements {
  constructor(private readonly db: Database) {}

  async check({ userId }: Principal, feature: string): Promise<Verdict> {
    const [row] = await this.db.query<{ source: string }>(
      `SELECT source FROM entitlements
       WHERE user_id = $1 AND kind = 'feature' AND feature = $2
         AND (valid_until IS NULL OR valid_until > now())
       ORDER BY valid_until DESC NULLS FIRST LIMIT 1`,
      [userId, feature],
    )
    return row ? { ok: true, source: row.source } : { ok: false, code: 'not_entitled' }
  }
}
