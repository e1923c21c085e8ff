const digitsOf = (currency: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits ?? 2

/** Minor units as an amount of the currency. */
export const amountIn = (currency: string, minorUnits: number): number =>
  minorUnits / 10 ** digitsOf(currency)

/** Minor units as people read them, such as `$1,280.00`. */
export const money = (currency: string, minorUnits: number): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(
    amountIn(currency, minorUnits),
  )
