/** Which movements are netted, and over what. */
interface Netting {
  /** SQL of the period that a movement's `day` belongs to. */
  period: string
  /** SQL that selects the movements. */
  where: string
  /** SQL that is true where `first_paid_day` is in the `period`. */
  isFirst: string
}

/**
 * SQL of the movements of each customer and currency within a period, netted: what the period's first and
 * last moment differ by (S8). Whoever paid before the period and comes back is reactivated.
 */
export const netted = ({ period, where, isFirst }: Netting): string => `
  SELECT period, currency,
         CASE WHEN change = after THEN CASE WHEN ${isFirst} THEN 'new' ELSE 'reactivation' END
              WHEN after = 0 THEN 'churn'
              WHEN change > 0 THEN 'expansion'
              ELSE 'contraction' END AS kind,
         abs(change) AS amount, (after > 0)::int - (after - change > 0)::int AS wallet_change
  FROM (
    SELECT ${period} AS period, customer_id, currency,
           sum(CASE WHEN kind IN ('churn', 'contraction') THEN -amount ELSE amount END) AS change,
           (max(ARRAY[nth, balance]))[2] AS after, max(first_paid_day) AS first_paid_day
    FROM mrr_movements WHERE ${where}
    GROUP BY 1, 2, 3
  ) AS moved
  WHERE change <> 0`

/** SQL of one column for each kind of movement, over the rows of {@link netted}. */
export const byKind = ['new', 'reactivation', 'expansion', 'contraction', 'churn']
  .map((kind) => `coalesce(sum(amount) FILTER (WHERE kind = '${kind}'), 0) AS ${kind}`)
  .join(', ')
