const WITHOUT = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ')
const THOUSANDTHS = 'bhd jod kwd omr tnd'.split(' ')

/**
 * By which power of ten a currency's minor units are counted (S1): the payment provider's, which for some
 * differs from how people write amounts. A Hungarian price has hundredths that no receipt shows.
 *
 * @see https://docs.stripe.com/currencies#zero-decimal
 */
export function exponentOf(currency: string): number {
  const code = currency.toLowerCase()
  if (WITHOUT.includes(code)) return 0
  return THOUSANDTHS.includes(code) ? 3 : 2
}
