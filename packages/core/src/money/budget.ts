import type { Reservation } from './ledger.js'

/**
 * What an agent or a tool may spend beside its price, where what a call costs is known only when it is over:
 * the most that it can cost is set aside before, and what it came to is spent after. It counts against the
 * budget of every agent that it is a part of, and against the customer's.
 *
 * @example
 * const ask = defineTool({
 *   name: 'ask', description: 'Asks a model.', effect: 'idempotent', input: z.string(), output: z.string(),
 *   async run(question, { budget }) {
 *     const reservation = await budget.reserve(20_000)
 *     const { text, cost } = { text: `All about ${question}.`, cost: 12_500 }
 *     await reservation.settle(cost)
 *     return text
 *   },
 * })
 */
export interface Budget {
  /**
   * Millionths that the agents around have neither spent nor set aside; Infinity where none has a budget.
   * What the customer has left, only a reservation tells.
   */
  readonly left: number
  /**
   * Sets money aside. What is neither settled nor released when the agent or tool ends is released then, and
   * cannot be settled any more.
   *
   * @param amount millionths, a whole number.
   * @throws BUDGET_EXCEEDED, AMOUNT_INVALID, RUN_ENDED, and what the ledger throws; then nothing is set aside.
   */
  reserve(amount: number): Promise<Reservation>
}
