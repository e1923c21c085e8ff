import type { Movements } from '../contract.js'

/** What moved in a currency among those who had paid before a window. */
export type Known = Omit<Movements, 'new'> & { currency: string }

const NOTHING = { reactivation: 0, expansion: 0, contraction: 0, churn: 0 }

/**
 * SQL of {@link Known}, each customer netted over the whole window from $1 to $2 (S8). The conditions on a
 * movement's own day are those of the index.
 */
export const KNOWN = `
  SELECT currency,
         coalesce(sum(change) FILTER (WHERE change = after), 0) AS reactivation,
         coalesce(sum(change) FILTER (WHERE change > 0 AND change <> after), 0) AS expansion,
         coalesce(sum(-change) FILTER (WHERE change < 0 AND after > 0), 0) AS contraction,
         coalesce(sum(-change) FILTER (WHERE after = 0), 0) AS churn
  FROM (
    SELECT currency, sum(CASE WHEN kind IN ('churn', 'contraction') THEN -amount ELSE amount END::float8) AS change,
           (max(ARRAY[nth, balance]))[2] AS after
    FROM mrr_movements WHERE day BETWEEN $1 AND $2 AND first_paid_day < $1 AND first_paid_day < day
    GROUP BY customer_id, currency
  ) AS moved
  WHERE change <> 0 GROUP BY currency`

/** SQL of how many customers paid when a window began, and do no more at its end. */
export const LOST = `
  SELECT count(*) FROM (
    SELECT FROM mrr_movements
    WHERE day BETWEEN $1 AND $2 AND paying_since < $1 AND paying_since < day AND paying_change <> 0
    GROUP BY customer_id HAVING sum(paying_change) < 0
  ) AS lost`

/**
 * What moved between the ends of a window. Those who had never paid before it need not be looked at: what
 * is left over, by the identity S7, is new.
 *
 * @param grown by how much the MRR differs between the ends, in minor units.
 */
export function windowMovements(known: Known | undefined, grown: number): Movements {
  const { reactivation, expansion, contraction, churn } = known ?? NOTHING
  const won = grown - reactivation - expansion + contraction + churn
  return { new: won, reactivation, expansion, contraction, churn }
}
