import { exponentOf } from '../exponent.js'

/** Minor units as an amount of the currency. */
export const amountIn = (currency: string, minorUnits: number): number =>
  minorUnits / 10 ** exponentOf(currency)

/** Minor units as people read them, such as `$1,280.00`. */
export const money = (currency: string, minorUnits: number): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(
    amountIn(currency, minorUnits),
  )
