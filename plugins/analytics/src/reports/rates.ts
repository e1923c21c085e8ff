import type { Churn, Movements } from '../contract.js'

/** Null where there is nothing to divide by. */
export const ratio = (part: number, whole: number): number | null =>
  whole === 0 ? null : part / whole

/**
 * The rates of a window whose movements are netted: what was lost of the MRR that was there when it began
 * (S11). Retention leaves out who came back, since they were not there.
 */
export function churnOf(startMrr: number, moved: Movements): Churn {
  const { reactivation, expansion, contraction, churn } = moved
  const kept = startMrr - churn - contraction
  return {
    gross: ratio(churn + contraction, startMrr),
    net: ratio(churn + contraction - expansion - reactivation, startMrr),
    netRevenueRetention: ratio(kept + expansion, startMrr),
    grossRevenueRetention: ratio(kept, startMrr),
  }
}

/** What a customer brings before leaving (S12); null where nobody leaves: that is unknown, not infinite. */
export function lifetimeValue(
  arpu: number | null,
  grossMargin: number,
  meanMonthlyChurn: number | null,
): number | null {
  if (arpu === null || meanMonthlyChurn === null || meanMonthlyChurn === 0) return null
  return (arpu * grossMargin) / meanMonthlyChurn
}
