import type { Bounds } from '../agents/bounds.js'
import type { Caller } from '../agents/caller.js'
import { promised } from '../agents/promised.js'
import type { Budget } from './budget.js'
import type { StepBudget } from './step-budget.js'

/** The budget that one attempt to do a step is given. What an attempt leaves behind spends no more. */
export class CodeBudget implements Budget {
  constructor(
    private readonly budget: StepBudget,
    private readonly bounds: Bounds,
    private readonly caller: Caller,
  ) {}

  get left(): number {
    return this.budget.purse?.left ?? Infinity
  }

  get isOver(): boolean {
    return this.bounds.isOver(this.caller)
  }

  reserve(amount: number) {
    return promised(() => {
      this.bounds.throwIfOver(this.caller)
      return this.budget.reserve(this, amount, this.caller.place())
    })
  }
}
