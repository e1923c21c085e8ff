// By how Stripe counts an amount, which is neither how ISO 4217 nor how Intl does: to Intl the forint and
// the Icelandic króna have no decimals (https://docs.stripe.com/currencies, "Minor units in API amounts" and
// "Special cases").
const WITHOUT_DECIMALS = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ')
const WITH_THREE = 'BHD JOD KWD OMR TND'.split(' ')

/** An amount in minor units, as Stripe counts them, as people of the browser's locale write it. */
export function money(minorUnits: number, currency: string): string {
  const digits = digitsOf(currency.toUpperCase())
  const format = new Intl.NumberFormat(navigator.language, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    trailingZeroDisplay: 'stripIfInteger',
  })
  return format.format(minorUnits / 10 ** digits)
}

function digitsOf(currency: string): number {
  if (WITHOUT_DECIMALS.includes(currency)) return 0
  return WITH_THREE.includes(currency) ? 3 : 2
}
