import { CoreErrors } from '../errors/core-errors.js'

/**
 * What an agent with a budget has left while it is under way, with everything that it calls. A run is in one
 * process, and nothing is awaited between looking and taking, so however many calls go on side by side, no
 * more is taken than there is.
 */
export class Purse {
  /** Spent or set aside. */
  #taken = 0

  /** @param outer that of an agent around, which has to have the money too. */
  constructor(
    private readonly agent: string,
    private readonly budget: number,
    private readonly outer: Purse | undefined,
  ) {}

  get left(): number {
    return Math.min(this.budget - this.#taken, this.outer?.left ?? Infinity)
  }

  /** @throws BUDGET_EXCEEDED; then nothing is taken. */
  take(amount: number, what: string): void {
    const left = this.budget - this.#taken
    if (amount > left) {
      const { agent, budget } = this
      const details = { agent, budget, amount, left }
      throw CoreErrors.BUDGET_EXCEEDED({ what, agent, amount, left }, { details })
    }
    this.outer?.take(amount, what)
    this.#taken += amount
  }

  giveBack(amount: number): void {
    this.#taken -= amount
    this.outer?.giveBack(amount)
  }
}
