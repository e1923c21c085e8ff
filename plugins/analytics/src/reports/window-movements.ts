import type { Transaction } from '@titanforge/core'
import type { Movements } from '../contract.js'
import type { DayRange } from '../roll-up/day-range.js'

type Known = Omit<Movements, 'new'>
type Queries = Pick<Transaction, 'query'>

const NOTHING: Known = { reactivation: 0, expansion: 0, contraction: 0, churn: 0 }

// The conditions on a movement's own day are those of the indexes.
const KNOWN = `
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

const LOST = `
  SELECT count(*)::int AS churned FROM (
    SELECT FROM mrr_movements
    WHERE day BETWEEN $1 AND $2 AND paying_since < $1 AND paying_since < day AND paying_change <> 0
    GROUP BY customer_id HAVING sum(paying_change) < 0
  ) AS lost`

/**
 * What moved between the ends of a window in each currency, each customer netted over the whole of it (S8).
 * Only those who had paid before it are looked at: what is left over, by the identity S7, is new.
 *
 * @param grown by how much each currency's MRR differs between the ends, in minor units.
 */
export async function windowMovements(
  db: Queries,
  { from, to }: DayRange,
  grown: ReadonlyMap<string, number>,
): Promise<Map<string, Movements>> {
  const rows = await db.query<Known & { currency: string }>(KNOWN, [from, to])
  const of = (currency: string): Movements => {
    const known = rows.find((row) => row.currency === currency) ?? NOTHING
    const { reactivation, expansion, contraction, churn } = known
    const won = (grown.get(currency) ?? 0) - reactivation - expansion + contraction + churn
    return { new: won, reactivation, expansion, contraction, churn }
  }
  const currencies = new Set([...grown.keys(), ...rows.map(({ currency }) => currency)])
  return new Map([...currencies].map((currency) => [currency, of(currency)]))
}

/** How many customers paid when a window began, and do no more at its end. */
export async function lostCustomers(db: Queries, { from, to }: DayRange): Promise<number> {
  const [row] = await db.query<{ churned: number }>(LOST, [from, to])
  return row?.churned ?? 0
}
