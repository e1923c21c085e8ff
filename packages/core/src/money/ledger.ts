import { token } from '../token.js'

/** Money to set aside before a call. */
export interface ReservationRequest {
  /** Every account that has to have it, such as `run:ID` and `user:ID`. */
  scopes: readonly string[]
  /** Millionths of the currency's main unit, a whole number. */
  amount: number
  /** A reservation of the same key that is still open is the same reservation. */
  key: string
  /** Milliseconds after which it is released by itself. */
  ttlMs: number
}

/** Money set aside. */
export interface Reservation {
  /** Spends what the call came to, in millionths, and gives back the rest. */
  settle(amount: number): Promise<void>
  /** Gives all of it back. */
  release(): Promise<void>
}

/** Budgets. Where no plugin provides it, they have no bounds. */
export interface Ledger {
  /** Throws where a scope does not have the amount; then nothing is set aside in any. */
  reserve(request: ReservationRequest): Promise<Reservation>
}
export const Ledger = token<Ledger>('Ledger')
