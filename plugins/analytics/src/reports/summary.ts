import type { Database } from '@titanforge/database'
import type { CurrencySummary, Movements, Summary } from '../contract.js'
import { addDays } from '../day.js'
import type { DayRange } from '../roll-up/day-range.js'
import { byKind, netted } from '../roll-up/netted.js'
import { churnOf, lifetimeValue, ratio } from './rates.js'

const MOVED = `
  SELECT currency, ${byKind} FROM (${netted({
    period: '$1::date',
    where: 'day BETWEEN $1 AND $2',
    isFirst: 'first_paid_day BETWEEN $1 AND $2',
  })}) AS netted GROUP BY currency`

// Months that are over, of the six before the window's last day.
const MEAN_CHURN = `
  SELECT avg(churned::float8 / start) AS mean FROM customer_months
  WHERE start > 0 AND month >= date_trunc('month', $1::date) - interval '6 months'
    AND month < date_trunc('month', $1::date)`

interface Ends {
  currency: string
  day: string
  end: number
  committed: number
  customers: number
}

/** What a window came to, from the roll-ups alone. */
export async function summary(
  db: Database,
  range: DayRange,
  grossMargin: number,
): Promise<Omit<Summary, 'converted'>> {
  const before = addDays(range.from, -1)
  const [ends, moved, sums, counts, customers, churn] = await Promise.all([
    db.query<Ends>(
      `SELECT day::text, currency, "end"::float8, committed::float8, customers FROM mrr_snapshots
       WHERE day IN ($1, $2) ORDER BY currency`,
      [before, range.to],
    ),
    db.query<Record<keyof Movements, string> & { currency: string }>(MOVED, [range.from, range.to]),
    db.query<{ metric: string; currency: string; value: number }>(
      `SELECT metric, currency, sum(value)::float8 AS value FROM daily_metrics
       WHERE day BETWEEN $1 AND $2 AND dimension = '' AND metric <> ALL ($3) GROUP BY metric, currency`,
      [range.from, range.to, NOT_SUMS],
    ),
    db.query<{ day: string; metric: string; value: number }>(
      `SELECT day::text, metric, value::float8 FROM daily_metrics
       WHERE day IN ($1, $2) AND dimension = '' AND metric = ANY ($3)`,
      [before, range.to, NOT_SUMS],
    ),
    db.query<{ churned: number }>(
      `SELECT count(*)::int AS churned FROM (
         SELECT FROM mrr_movements WHERE day BETWEEN $1 AND $2
         GROUP BY customer_id HAVING sum(paying_change) < 0
       ) AS lost`,
      [range.from, range.to],
    ),
    db.query<{ mean: number | null }>(MEAN_CHURN, [range.to]),
  ])
  const sum = (metric: string, currency = '') =>
    sums.find((row) => row.metric === metric && row.currency === currency)?.value ?? 0
  const count = (metric: string, day = range.to) =>
    counts.find((row) => row.metric === metric && row.day === day)?.value ?? 0
  const names = [...ends, ...moved, ...sums].map(({ currency }) => currency).filter(Boolean)

  const ofCurrency = (currency: string): CurrencySummary => {
    const at = (day: string) => ends.find((row) => row.currency === currency && row.day === day)
    const movements = movementsOf(moved.find((row) => row.currency === currency))
    const [start, end] = [at(before)?.end ?? 0, at(range.to)?.end ?? 0]
    const payingCustomers = at(range.to)?.customers ?? 0
    const arpu = ratio(end, payingCustomers)
    return {
      currency,
      mrr: end,
      arr: 12 * end,
      committedMrr: at(range.to)?.committed ?? 0,
      startMrr: start,
      movements,
      churn: churnOf(start, movements),
      payingCustomers,
      arpu,
      ltv: lifetimeValue(arpu, grossMargin, churn[0]?.mean ?? null),
      revenue: sum('revenue', currency),
      refunded: sum('refunded', currency),
      disputeLost: sum('dispute_lost', currency),
      tax: sum('tax', currency),
      netRevenue: sum('net_revenue', currency),
    }
  }

  const start = count('paying_customers', before)
  const churned = customers[0]?.churned ?? 0
  const [dau, wau, mau] = [count('dau'), count('wau'), count('mau')]
  return {
    ...range,
    currencies: [...new Set(names)].toSorted().map(ofCurrency),
    customers: {
      paying: count('paying_customers'),
      active: count('active_customers'),
      start,
      churned,
      churn: ratio(churned, start),
    },
    users: { dau, wau, mau, stickiness: ratio(dau, mau) },
    totals: Object.fromEntries(
      sums.flatMap(({ metric, currency, value }) => (currency ? [] : [[metric, value]])),
    ),
  }
}

/** What is a state of a day, and no more with each day. */
const NOT_SUMS = [
  'dau',
  'wau',
  'mau',
  'paying_customers',
  'active_customers',
  'agent_p50_ms',
  'agent_p95_ms',
]

const movementsOf = (row: Record<keyof Movements, string> | undefined): Movements => ({
  new: Number(row?.new ?? 0),
  reactivation: Number(row?.reactivation ?? 0),
  expansion: Number(row?.expansion ?? 0),
  contraction: Number(row?.contraction ?? 0),
  churn: Number(row?.churn ?? 0),
})
