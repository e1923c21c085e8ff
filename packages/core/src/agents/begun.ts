import type { StepBudget } from '../money/step-budget.js'
import type { Bounds } from './bounds.js'
import type { Call } from './call.js'

/** A call that is under way: what interceptors and observers see of it, and what it has to stay inside of. */
export interface Begun extends Call {
  readonly bounds: Bounds
  readonly budget: StepBudget
  /** When it began, by `performance.now()`. */
  readonly at: number
}
