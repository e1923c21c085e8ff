import { token } from '../plugins/token.js'

/**
 * Money to set aside before a call.
 *
 * @example
 * const request: ReservationRequest = {
 *   scopes: ['user:ada'], what: 'search', amount: 500, key: 'r1:writer.1-search', ttlMs: 60_000,
 * }
 */
export interface ReservationRequest {
  /** Every account that has to have it, such as `run:ID` and `user:ID`. */
  scopes: readonly string[]
  /** The name of the tool or agent that costs it. */
  what: string
  /** Millionths of the currency's main unit, a whole number. */
  amount: number
  /** A reservation of the same key that is still open is the same reservation. */
  key: string
  /** Milliseconds after which it is released by itself. */
  ttlMs: number
}

/**
 * Money set aside.
 *
 * @example
 * const spent: number[] = []
 * const reservation: Reservation = {
 *   settle: async (amount) => void spent.push(amount), release: async () => undefined,
 * }
 * await reservation.settle(500)
 * spent // [500]
 */
export interface Reservation {
  /**
   * Spends what the call came to, in millionths, and gives back the rest. Under one key that happens once, also
   * where it is asked for again since the answer was lost.
   */
  settle(amount: number): Promise<void>
  /** Gives all of it back. */
  release(): Promise<void>
}

/**
 * Budgets. Where no plugin provides it, they have no bounds.
 *
 * @example
 * const errors = defineErrors({ BUDGET_EXCEEDED: { status: 402, message: () => 'The budget is spent.' } })
 * let left = 1_000
 * const purse: Ledger = {
 *   async reserve({ amount }) {
 *     if (amount > left) throw errors.BUDGET_EXCEEDED()
 *     left -= amount
 *     return {
 *       settle: async (spent) => void (left += amount - spent),
 *       release: async () => void (left += amount),
 *     }
 *   },
 * }
 * definePlugin({ name: 'purse', provides: { purse: Ledger }, setup: () => ({ services: { purse } }) })
 */
export interface Ledger {
  /** Throws where a scope does not have the amount; then nothing is set aside in any. */
  reserve(request: ReservationRequest): Promise<Reservation>
}
export const Ledger = token<Ledger>('Ledger')
