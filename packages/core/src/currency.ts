const WITHOUT_DECIMALS = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ')
const WITH_THREE = 'bhd jod kwd omr tnd'.split(' ')

/**
 * How many of its digits the minor units of a currency have behind the point, as payment providers count
 * them. For some this is neither what ISO 4217 nor what `Intl` says: a forint has hundredths here, though no
 * receipt shows them.
 *
 * @see https://docs.stripe.com/currencies#minor-units
 * @param currency an ISO 4217 code, in small or capital letters.
 * @example
 * decimalsOf('jpy') // 0
 */
export function decimalsOf(currency: string): number {
  const code = currency.toLowerCase()
  if (WITHOUT_DECIMALS.includes(code)) return 0
  return WITH_THREE.includes(code) ? 3 : 2
}

/**
 * An amount as people write it.
 *
 * @param minorUnits an integer, as payment providers count: cents, yen, fils.
 * @param currency an ISO 4217 code, in small or capital letters.
 * @param style `locale` is a BCP 47 tag; English where it is left out.
 * @throws RangeError for what is no currency code.
 * @example
 * formatMoney(2900, 'usd') // '$29.00'
 */
export function formatMoney(
  minorUnits: number,
  currency: string,
  {
    locale = 'en',
    trailingZeroDisplay = 'auto',
  }: { locale?: string } & Pick<Intl.NumberFormatOptions, 'trailingZeroDisplay'> = {},
): string {
  const digits = decimalsOf(currency)
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    trailingZeroDisplay,
  })
  return format.format(minorUnits / 10 ** digits)
}
