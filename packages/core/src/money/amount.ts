import { CoreErrors } from '../core-errors.js'

/**
 * @param amount millionths of the currency's main unit.
 * @throws AMOUNT_INVALID
 */
export function refuseBadAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0) throw CoreErrors.AMOUNT_INVALID({ amount })
}
