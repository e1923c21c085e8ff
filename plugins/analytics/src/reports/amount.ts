import { decimalsOf } from '@titanforge/core/currency'

/** Minor units as an amount of the currency. */
export const amountIn = (currency: string, minorUnits: number): number =>
  minorUnits / 10 ** decimalsOf(currency)
