import { Purse } from '../money/purse.js'
import { StepBudget } from '../money/step-budget.js'
import { activeTrace, type Trace } from '../telemetry/tracing.js'
import { Bounds } from './bounds.js'
import type { Call } from './call.js'
import type { Prefixes } from './callers.js'
import { contextOf } from './context.js'
import type { RunContext } from './run-context.js'
import type { Step } from './step.js'

/** The effect outside of an external call, which may have been had. */
export interface Effect {
  /** What the call has failed with, if it has. */
  failure?: unknown
}

/** A call that is under way: what interceptors and observers see of it, and what it has to stay inside of. */
export class Begun implements Call {
  readonly bounds: Bounds
  /** What may be spent: by the agent itself, where it has a budget; else by the nearest one around that has. */
  readonly purse: Purse | undefined
  /** When it began, by `performance.now()`. */
  readonly at = performance.now()
  /** Its deadline, in milliseconds since the epoch. */
  readonly limit: number
  /** Its span, where calls are traced. */
  readonly trace: Trace | undefined = activeTrace()
  /** Whether its code has ended, or is not waited for any more. */
  isEnding = false
  /** How many times it was begun by what stands around its attempts. */
  beginnings = 0
  #effect: Effect | undefined
  #ctx: RunContext | undefined
  #budget: StepBudget | undefined

  /**
   * @param input as the schema parsed it.
   * @param whole the call that this is an attempt of, where there are such.
   * @param prefixes of the keys of the calls that are made in it.
   */
  constructor(
    readonly step: Step,
    readonly input: unknown,
    private readonly whole?: Begun,
    prefixes?: Prefixes,
  ) {
    this.limit = Math.min(step.limit, Date.now() + step.timeoutMs)
    this.bounds = new Bounds(step, step.timeoutMs, step.outer, prefixes)
    this.purse = whole ? whole.purse : purseOf(step)
  }

  /** Made when it is asked for: most calls have nothing to do with money. */
  get budget(): StepBudget {
    if (this.whole) return this.whole.budget
    return (this.#budget ??= new StepBudget(this.step, this.purse))
  }

  get budgetInUse(): StepBudget | undefined {
    return this.whole ? this.whole.budgetInUse : this.#budget
  }

  /** What was begun with an effect outside; undefined where nothing was, or where it is known to have done nothing. */
  get effect(): Effect | undefined {
    return this.whole ? this.whole.effect : this.#effect
  }

  set effect(effect: Effect | undefined) {
    if (this.whole) this.whole.effect = effect
    else this.#effect = effect
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
    return (this.#ctx ??= contextOf(this, this.bounds.callers.around))
  }
}

function purseOf({ definition, purse }: Step): Purse | undefined {
  const own = 'budget' in definition ? definition.budget : Infinity
  return own < Infinity ? new Purse(definition.name, own, purse) : purse
}
