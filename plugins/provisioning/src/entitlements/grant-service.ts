import type { Database } from '@titanforge/database'
import type { Grants, GrantSet } from './contract.js'

export class GrantService implements Grants {
  constructor(private readonly db: Database) {}

  async of(userId: string, at = new Date()): Promise<GrantSet> {
    const rows = await this.db.query<{ kind: string; feature: string; value: string | null }>(
      `SELECT kind, feature, max(value) AS value FROM entitlements
       WHERE user_id = $1 AND (valid_until IS NULL OR valid_until > $2)
       GROUP BY kind, feature ORDER BY feature`,
      [userId, at],
    )
    const named = (kind: string) =>
      rows.filter((row) => row.kind === kind).map((row) => row.feature)
    const limits = rows
      .filter((row) => row.kind === 'limit')
      .map((row) => [row.feature, Number(row.value)])
    return {
      plans: named('plan'),
      features: named('feature'),
      limits: Object.fromEntries(limits) as Record<string, number>,
    }
  }
}
