import type { Begun } from '../agents/begun.js'
import type { Caller } from '../agents/caller.js'
import { promised } from '../agents/promised.js'
import type { Budget } from './budget.js'

/** The budget that one attempt to do a step is given. What an attempt leaves behind spends no more. */
export class CodeBudget implements Budget {
  constructor(
    private readonly begun: Begun,
    private readonly caller: Caller,
  ) {}

  get left(): number {
    return this.begun.purse?.left ?? Infinity
  }

  get isOver(): boolean {
    return this.begun.bounds.isOver(this.caller)
  }

  reserve(amount: number) {
    const reserved = promised(() => {
      this.begun.bounds.throwIfOver(this.caller)
      return this.begun.budget.reserve(this, amount, this.caller.place())
    })
    // What nobody waits for is no unhandled rejection, as a call is none.
    reserved.catch(() => undefined)
    return reserved
  }
}
