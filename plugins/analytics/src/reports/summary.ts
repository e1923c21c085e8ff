import type { Database } from '@titanforge/database'
import type { Transaction } from '@titanforge/core'
import type { CurrencySummary, Summary } from '../contract.js'
import type { DayRange } from '../roll-up/day-range.js'
import { churnOf, lifetimeValue, ratio } from './rates.js'
import { lostCustomers, windowMovements } from './window-movements.js'

type Queries = Pick<Transaction, 'query'>

/** What a window came to, from the roll-ups alone, and all as of one moment. */
export const summary = (
  db: Database,
  range: DayRange,
  grossMargin: number,
): Promise<Omit<Summary, 'converted'>> => db.readOnly((tx) => summarize(tx, range, grossMargin))

// Months that are over, of the six before the window's last day.
const MEAN_CHURN = `
  SELECT avg(churned::float8 / start) AS mean FROM customer_months
  WHERE start > 0 AND month >= date_trunc('month', $1::date) - interval '6 months'
    AND month < date_trunc('month', $1::date)`

// Today is not computed yet in the first minutes after midnight, nor is what lies ahead.
const COMPUTED = `
  SELECT max(day) FILTER (WHERE day < $1)::text AS before, min(day) FILTER (WHERE day >= $1)::text AS first,
         max(day)::text AS last
  FROM daily_metrics WHERE metric = 'paying_customers' AND dimension = '' AND day <= $2`

/** Days that are computed: the last one before a window, its first, and the last of all up to its end. */
interface Computed {
  before: string | null
  first: string | null
  last: string | null
}

interface Ends {
  currency: string
  day: string
  start: number
  end: number
  committed: number
  customers: number
}

async function summarize(
  db: Queries,
  range: DayRange,
  grossMargin: number,
): Promise<Omit<Summary, 'converted'>> {
  const [days] = await db.query<Computed>(COMPUTED, [range.from, range.to])
  const { before = null, first = null, last = null } = days ?? {}
  const ends = await db.query<Ends>(
    `SELECT day::text, currency, start::float8, "end"::float8, committed::float8, customers FROM mrr_snapshots
     WHERE day IN ($1, $2) ORDER BY currency`,
    [first, last],
  )
  const sums = await db.query<{ metric: string; currency: string; value: number }>(
    `SELECT metric, currency, sum(value)::float8 AS value FROM daily_metrics
     WHERE day BETWEEN $1 AND $2 AND dimension = '' AND metric <> ALL ($3) GROUP BY metric, currency`,
    [range.from, range.to, NOT_SUMS],
  )
  const counts = await db.query<{ day: string; metric: string; value: number }>(
    `SELECT day::text, metric, value::float8 FROM daily_metrics
     WHERE day IN ($1, $2) AND dimension = '' AND metric = ANY ($3)`,
    [before, last, NOT_SUMS],
  )
  const [months] = await db.query<{ mean: number | null }>(MEAN_CHURN, [last])
  const sum = (metric: string, currency = '') =>
    sums.find((row) => row.metric === metric && row.currency === currency)?.value ?? 0
  const count = (metric: string, day = last) =>
    counts.find((row) => row.metric === metric && row.day === day)?.value ?? 0
  const names = [...ends, ...sums].map(({ currency }) => currency).filter(Boolean)
  const currencies = [...new Set(names)].toSorted()
  const at = (currency: string, day: string | null) =>
    ends.find((row) => row.currency === currency && row.day === day)
  const endOf = (currency: string) => at(currency, last)?.end ?? 0
  const startOf = (currency: string) =>
    first === null ? endOf(currency) : (at(currency, first)?.start ?? 0)
  const grown = currencies.map((of) => [of, endOf(of) - startOf(of)] as const)
  const moved = await windowMovements(db, range, new Map(grown))

  const ofCurrency = (currency: string): CurrencySummary => {
    const movements = moved.get(currency) ?? NO_MOVEMENTS
    const [start, end] = [startOf(currency), endOf(currency)]
    const payingCustomers = at(currency, last)?.customers ?? 0
    const arpu = ratio(end, payingCustomers)
    return {
      currency,
      mrr: end,
      arr: 12 * end,
      committedMrr: at(currency, last)?.committed ?? 0,
      startMrr: start,
      movements,
      churn: churnOf(start, movements),
      payingCustomers,
      arpu,
      ltv: lifetimeValue(arpu, grossMargin, months?.mean ?? null),
      revenue: sum('revenue', currency),
      refunded: sum('refunded', currency),
      disputeLost: sum('dispute_lost', currency),
      tax: sum('tax', currency),
      netRevenue: sum('net_revenue', currency),
      usageRevenue: sum('usage_revenue', currency),
    }
  }

  const start = count('paying_customers', before)
  const churned = await lostCustomers(db, range)
  const [dau, wau, mau] = [count('dau'), count('wau'), count('mau')]
  return {
    ...range,
    asOf: last,
    currencies: currencies.map(ofCurrency),
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
  'agent_success_rate',
  'agent_p50_ms',
  'agent_p95_ms',
]

const NO_MOVEMENTS = { new: 0, reactivation: 0, expansion: 0, contraction: 0, churn: 0 }
