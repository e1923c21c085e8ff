import { token } from '@titanforge/core'

/** Minor units by currency. */
export type Money = Record<string, number>

export interface Metric {
  /** UTC, as `2026-01-31`. */
  day: string
  metric: string
  dimension: string
  /** Empty for figures that are not money. */
  currency: string
  /** Minor units where there is a currency. */
  value: number
  /** True while the day is not over. */
  isProvisional: boolean
}

/** The event log as figures. */
export interface Analytics {
  /** Computes the days from `from` to `to`, both included and in UTC, anew. */
  rollUp(from: string, to: string): Promise<void>
  metrics(from: string, to: string): Promise<Metric[]>
  /** A user's monthly recurring revenue as of now. */
  mrrOf(userId: string): Promise<Money>
}
export const Analytics = token<Analytics>('Analytics')
