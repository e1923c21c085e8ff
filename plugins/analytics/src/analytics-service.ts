import type { Database } from '@titanforge/database'
import type { Analytics, Metric, Money } from './contract.js'
import { rollUp } from './daily-roll-up.js'

export class AnalyticsService implements Analytics {
  constructor(private readonly db: Database) {}

  async rollUp(from: string, to: string): Promise<void> {
    await this.db.transaction((tx) => rollUp(tx, from, to))
  }

  async metrics(from: string, to: string): Promise<Metric[]> {
    const rows = await this.db.query<
      Omit<Metric, 'value' | 'isProvisional'> & { value: string; is_provisional: boolean }
    >(
      `SELECT day::text, metric, dimension, currency, value, is_provisional FROM daily_metrics
       WHERE day BETWEEN $1 AND $2 ORDER BY day, metric, dimension, currency`,
      [from, to],
    )
    return rows.map(({ is_provisional: isProvisional, value, ...row }) => ({
      ...row,
      value: Number(value),
      isProvisional,
    }))
  }

  async mrrOf(userId: string): Promise<Money> {
    const rows = await this.db.query<{ currency: string; amount: string }>(
      `SELECT currency, sum(amount) AS amount FROM (
         SELECT DISTINCT ON (subscription_id) currency, amount FROM mrr_changes
         WHERE user_id = $1 ORDER BY subscription_id, revision DESC
       ) AS newest WHERE amount > 0 GROUP BY currency`,
      [userId],
    )
    return Object.fromEntries(rows.map(({ currency, amount }) => [currency, Number(amount)]))
  }
}
