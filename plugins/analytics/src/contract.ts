import { token } from '@titanforge/core'
import type { BackFillOptions, Progress } from './roll-up/back-fill.js'
import type {
  ConvertedMrrDay,
  MovementPage,
  MovementQuery,
  Movements,
  MrrDay,
  MrrPeriod,
} from './mrr/figures.js'
import type { DayRange } from './roll-up/day-range.js'

export { agentRunEnded, apiCalled, tracked, weeklyReported } from './events.js'
export type * from './mrr/figures.js'
export type { BackFillOptions, DayRange, Progress }

/** Minor units by currency. */
export type Money = Record<string, number>

export interface Metric {
  /** UTC, as `2026-01-31`. */
  day: string
  metric: string
  /** What the metric is split by, such as a route; empty for all together. */
  dimension: string
  /** Empty for figures that are not money. */
  currency: string
  /** Minor units where there is a currency. */
  value: number
  /** True while the day is not over. */
  isProvisional: boolean
}

/** Which daily figures. */
export interface MetricQuery extends DayRange {
  /** Their names, such as `dau`; all, if left out. */
  names?: readonly string[] | undefined
  /** Without what splits them. */
  totalsOnly?: boolean
}

/** The customers who pay, by the first and the last moment of a month. */
export interface CustomerMonth {
  /** Its first day, UTC. */
  month: string
  start: number
  new: number
  reactivated: number
  churned: number
  end: number
  isProvisional: boolean
}

/** Rates of a window (S11), null where nobody paid when it began. */
export interface Churn {
  gross: number | null
  net: number | null
  netRevenueRetention: number | null
  grossRevenueRetention: number | null
}

export interface CurrencySummary {
  currency: string
  /** Minor units, like all amounts here. */
  mrr: number
  arr: number
  committedMrr: number
  startMrr: number
  /** Of the whole window, netted. */
  movements: Movements
  churn: Churn
  payingCustomers: number
  /** Per paying customer; null where there is none. */
  arpu: number | null
  /** Null where nobody has left in six months, or nothing is known. */
  ltv: number | null
  revenue: number
  refunded: number
  disputeLost: number
  tax: number
  netRevenue: number
  /** What of the revenue was asked for what was used, which no MRR has. */
  usageRevenue: number
}

export interface Summary extends DayRange {
  /** The last day of it that is computed, or the newest before it; null where nothing is. */
  asOf: string | null
  currencies: CurrencySummary[]
  /** All currencies in the reporting currency, where one is configured. */
  converted: ConvertedMrrDay | null
  customers: {
    paying: number
    active: number
    /** Who paid when the window began, and who of them does no more. */
    start: number
    churned: number
    churn: number | null
  }
  /** As of the last day. */
  users: { dau: number; wau: number; mau: number; stickiness: number | null }
  /** Sums of the window's days, by metric. */
  totals: Record<string, number>
}

export interface RetentionCohort {
  /** The month of the first payment, by its first day. */
  cohort: string
  size: number
  /** Who pays at the end of that month, of the next one, and so on. */
  customers: number[]
}

export interface TrialCohort {
  /** Its first day. */
  month: string
  started: number
  /** Of those, who paid within 14 days of the trial's end. */
  converted: number
  /** True while some of them may still convert. */
  isOpen: boolean
  /** Trials that ended in the month, whenever they began. */
  ended: number
  endedConverted: number
}

export interface FxRate {
  day: string
  base: string
  quote: string
  /** Units of `quote` for one of `base`, as a decimal. */
  rate: string
}

/** The event log as figures. Days are UTC; a figure that is zero may be left out. */
export interface Analytics {
  /**
   * Computes every day of a range anew; goes on where it was, if it was broken off.
   *
   * @returns whether it came to the end.
   */
  rollUp(range: DayRange, options?: BackFillOptions): Promise<boolean>
  /** Computes what facts have come for since the last time, and the days that were not over. */
  catchUp(signal?: AbortSignal): Promise<void>
  summary(range: DayRange): Promise<Summary>
  metrics(query: MetricQuery): Promise<Metric[]>
  mrrByDay(range: DayRange): Promise<MrrDay[]>
  mrrByMonth(range: DayRange): Promise<MrrPeriod[]>
  /** Empty where no reporting currency is configured. */
  convertedMrr(range: DayRange): Promise<ConvertedMrrDay[]>
  customersByMonth(range: DayRange): Promise<CustomerMonth[]>
  /**
   * A page of the ledger.
   *
   * @throws CURSOR_INVALID where `after` is no page's `next`.
   */
  movements(query: MovementQuery): Promise<MovementPage>
  retention(): Promise<RetentionCohort[]>
  trials(): Promise<TrialCohort[]>
  /** A user's monthly recurring revenue as of now. */
  mrrOf(userId: string): Promise<Money>
  /** Writes exchange rates down, in place of those of the same day. */
  setRates(rates: readonly FxRate[]): Promise<void>
  /** The daily MRR as a picture. */
  mrrChart(range: DayRange): Promise<string>
}
export const Analytics = token<Analytics>('Analytics')
