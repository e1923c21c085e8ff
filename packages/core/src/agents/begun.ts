import { StepBudget } from '../money/step-budget.js'
import { activeTrace, type Trace } from '../tracing.js'
import { Bounds } from './bounds.js'
import type { Call } from './call.js'
import { contextOf } from './context.js'
import type { RunContext } from './run-context.js'
import type { Step } from './step.js'

/** A call that is under way: what interceptors and observers see of it, and what it has to stay inside of. */
export class Begun implements Call {
  readonly bounds: Bounds
  readonly budget: StepBudget
  /** When it began, by `performance.now()`. */
  readonly at = performance.now()
  /** Its deadline, in milliseconds since the epoch. */
  readonly limit: number
  /** Its span, where calls are traced. */
  readonly trace: Trace | undefined = activeTrace()
  #ctx: RunContext | undefined

  /**
   * @param input as the schema parsed it.
   * @param whole the call that this is an attempt of, where there are such.
   */
  constructor(
    readonly step: Step,
    readonly input: unknown,
    whole?: Begun,
  ) {
    this.limit = Math.min(step.limit, Date.now() + step.timeoutMs)
    this.bounds = new Bounds(step, step.timeoutMs, step.outer, whole && 'attempt-')
    this.budget = whole?.budget ?? new StepBudget(step)
  }

  get kind(): Call['kind'] {
    return this.step.kind
  }

  get definition(): Call['definition'] {
    return this.step.definition
  }

  get outermost(): boolean {
    return this.step.depth === 0
  }

  /** Made when it is asked for: most calls have nobody around them who looks at it. */
  get ctx(): RunContext {
    return (this.#ctx ??= contextOf(this, this.bounds.around))
  }
}
