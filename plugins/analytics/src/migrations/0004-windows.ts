import { sqlMigration } from '@titanforge/database'

/** What questions about a window of days look for: those who paid before it, its ledger in order, and the totals of its days. */
export const windows = sqlMigration('0004-windows', {
  up: `
    CREATE INDEX mrr_movements_known ON mrr_movements (day, first_paid_day) WHERE first_paid_day < day;
    CREATE INDEX mrr_movements_paying ON mrr_movements (day, paying_since)
      WHERE paying_change <> 0 AND paying_since < day;
    CREATE INDEX mrr_movements_order ON mrr_movements (at, customer_id, currency, nth);
    CREATE INDEX daily_metrics_totals ON daily_metrics (day, metric, currency) WHERE dimension = '';
  `,
  down: `
    DROP INDEX daily_metrics_totals, mrr_movements_order, mrr_movements_paying, mrr_movements_known;
  `,
})
