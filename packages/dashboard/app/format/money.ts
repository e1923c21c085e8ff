/** An amount in minor units, as people of the browser's locale write it. */
export function money(minorUnits: number, currency: string): string {
  const format = new Intl.NumberFormat(navigator.language, {
    style: 'currency',
    currency: currency.toUpperCase(),
    trailingZeroDisplay: 'stripIfInteger',
  })
  const { maximumFractionDigits: digits = 2 } = format.resolvedOptions()
  return format.format(minorUnits / 10 ** digits)
}
