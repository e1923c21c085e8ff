import type { Database } from '@titanforge/database'
import type { CurrencySummary, Summary } from '../contract.js'
import type { DayRange } from '../roll-up/day-range.js'
import { churnOf, lifetimeValue, ratio } from './rates.js'
import { KNOWN, LOST, windowMovements, type Known } from './window-movements.js'

// Today is not computed yet in the first minutes after midnight, nor is what lies ahead.
const COMPUTED = `
  SELECT max(day) FILTER (WHERE day < $1) AS before, min(day) FILTER (WHERE day >= $1) AS first, max(day) AS last
  FROM daily_metrics WHERE metric = 'paying_customers' AND dimension = '' AND day <= $2`

const ENDS = `
  SELECT day, currency, start, "end", committed, customers FROM mrr_snapshots
  WHERE day IN (first, last) ORDER BY currency`

const SUMS = `
  SELECT metric, currency, sum(value) AS value FROM daily_metrics
  WHERE day BETWEEN $1 AND $2 AND dimension = '' AND metric <> ALL ($3) GROUP BY metric, currency`

const COUNTS = `
  SELECT day, metric, value FROM daily_metrics
  WHERE day IN (before, last) AND dimension = '' AND metric = ANY ($3)`

// Months that are over, of the six before the last day.
const MEAN_CHURN = `
  SELECT avg(churned::float8 / start) FROM customer_months
  WHERE start > 0 AND month >= date_trunc('month', last) - interval '6 months'
    AND month < date_trunc('month', last)`

const list = (sql: string) => `(SELECT coalesce(json_agg(one), '[]') FROM (${sql}) AS one)`

// One statement sees one state of the data, also while a roll-up writes another.
const SUMMARY = `
  WITH computed AS MATERIALIZED (${COMPUTED})
  SELECT before::text, first::text, last::text, ${list(ENDS)} AS ends, ${list(SUMS)} AS sums,
         ${list(COUNTS)} AS counts, ${list(KNOWN)} AS known, (${LOST})::int AS churned, (${MEAN_CHURN}) AS "meanChurn"
  FROM computed`

interface Read {
  /** Days that are computed: the last one before the window, its first, and the last of all up to its end. */
  before: string | null
  first: string | null
  last: string | null
  ends: {
    currency: string
    day: string
    start: number
    end: number
    committed: number
    customers: number
  }[]
  sums: { metric: string; currency: string; value: number }[]
  counts: { day: string; metric: string; value: number }[]
  known: Known[]
  churned: number
  meanChurn: number | null
}

const NOTHING: Read = {
  before: null,
  first: null,
  last: null,
  ends: [],
  sums: [],
  counts: [],
  known: [],
  churned: 0,
  meanChurn: null,
}

/** What a window came to, from the roll-ups alone. */
export async function summary(
  db: Database,
  range: DayRange,
  grossMargin: number,
): Promise<Omit<Summary, 'converted'>> {
  const [read = NOTHING] = await db.query<Read>(SUMMARY, [range.from, range.to, NOT_SUMS])
  const { before, first, last, ends, sums, counts, known, churned, meanChurn } = read
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

  const ofCurrency = (currency: string): CurrencySummary => {
    const [start, end] = [startOf(currency), endOf(currency)]
    const movements = windowMovements(
      known.find((row) => row.currency === currency),
      end - start,
    )
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
      ltv: lifetimeValue(arpu, grossMargin, meanChurn),
      revenue: sum('revenue', currency),
      refunded: sum('refunded', currency),
      disputeLost: sum('dispute_lost', currency),
      tax: sum('tax', currency),
      netRevenue: sum('net_revenue', currency),
      usageRevenue: sum('usage_revenue', currency),
    }
  }

  const start = count('paying_customers', before)
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
