/**
 * An amount as people write it, such as `$29.00`.
 *
 * @param minorUnits the currency knows how many of its digits stand behind the point.
 */
export function money(minorUnits: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  const { maximumFractionDigits = 2 } = format.resolvedOptions()
  return format.format(minorUnits / 10 ** maximumFractionDigits)
}
