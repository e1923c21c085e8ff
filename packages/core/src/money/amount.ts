import { CoreErrors } from '../errors/core-errors.js'

/**
 * @param price millionths of the currency's main unit.
 * @throws DEFINITION_INVALID where money cannot be counted in it.
 */
export function refuseBadPrice(what: string, price: number): void {
  if (Number.isSafeInteger(price) && price >= 0) return
  const problem = `price is ${price}; give a whole number of millionths, 0 or more.`
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}

/**
 * @param budget millionths of the currency's main unit, or Infinity.
 * @throws DEFINITION_INVALID where no call could keep to it.
 */
export function refuseBadBudget(what: string, budget: number, price: number): void {
  if ((Number.isSafeInteger(budget) || budget === Infinity) && budget >= price) return
  const problem = `budget is ${budget}; give a whole number of millionths, not less than its price of ${price}.`
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}

/**
 * @param amount millionths of the currency's main unit.
 * @throws AMOUNT_INVALID
 */
export function refuseBadAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0) throw CoreErrors.AMOUNT_INVALID({ amount })
}
