import type { ChangeTarget } from './change-target.js'
import type { Shown } from './shown.js'

/** What a change would cost. */
export interface Preview extends Shown {
  currency: string
  /**
   * Whether the rest of the present period is counted; else a new one begins with the change, because nothing is
   * left of what was paid for the present one, or the plan is not one that can be tried.
   */
  isPeriodCounted: boolean
  /** What becomes of the trial that it is in: it goes on and nothing is charged, or it ends. Null in no trial. */
  trial: 'goes_on' | 'ends' | null
  lines: { description: string | null; amount: number }[]
}

/** What a change of one item would cost, as Stripe has said when it was looked at. */
export function previewOf({ now, terms: { billing, moment, invoice } }: ChangeTarget): Preview {
  const isPeriodCounted = billing === 'counted'
  const trial = now.status === 'trialing' ? (isPeriodCounted ? 'goes_on' : 'ends') : null
  const { amount_due: amountDue, total, lines } = invoice ?? NOTHING
  return {
    amountDue,
    credit: Math.max(0, -total),
    currency: now.currency,
    prorationDate: moment,
    isPeriodCounted,
    trial,
    lines: lines.data.map(({ description, amount }) => ({ description, amount })),
  }
}

const NOTHING = { amount_due: 0, total: 0, lines: { data: [] } }
