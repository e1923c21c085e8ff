import type { DayRange } from '../roll-up/day-range.js'

/** What MRR moved by, in minor units, none of them negative. */
export interface Movements {
  new: number
  reactivation: number
  expansion: number
  contraction: number
  churn: number
}

/** A day's or a month's MRR in one currency, in minor units. start + new + reactivation + expansion − contraction − churn = end. */
export interface MrrPeriod extends Movements {
  /** UTC, as `2026-01-31`; of a month its first day. */
  day: string
  currency: string
  start: number
  end: number
  isProvisional: boolean
}

export interface MrrDay extends MrrPeriod {
  /** Without what is scheduled to end. */
  committed: number
  /** Customers who pay in this currency. */
  customers: number
}

/** A day's MRR of all currencies, converted. start + movements + fx = end. */
export interface ConvertedMrrDay extends MrrPeriod {
  /** What changed rates made of what was there the day before. */
  fx: number
  /** Whether some rate is older than the day. */
  isEstimated: boolean
  /** Currencies that no rate is known for, and that are left out. */
  missing: string[]
}

/** One change of what a customer is worth, as the ledger has it. */
export interface Movement {
  at: string
  customerId: string
  currency: string
  kind: keyof Movements
  /** Minor units, more than 0. */
  amount: number
  /** What the customer is worth after it. */
  balance: number
  subscriptionId: string
  revision: number
  reason: 'delinquent' | 'recovered' | null
}

/** A part of the ledger. */
export interface MovementQuery extends DayRange {
  currency?: string | undefined
  /** Which comes first; the oldest, if left out. */
  order?: 'oldest' | 'newest'
  /** 1,000 if left out. */
  limit?: number
  /** Goes on behind a page: its `next`. */
  after?: string | undefined
}

export interface MovementPage {
  movements: Movement[]
  /** Where the next page begins; null behind the last one. */
  next: string | null
}
