import test from 'ava'
import { amountIn } from '../../src/reports/amount.js'

test('minor units are those of the payment provider (S1)', (t) => {
  const cases: [string, number][] = [
    ['usd', 12.34],
    ['jpy', 1234],
    ['kwd', 1.234],
    // Written without decimals, but counted in hundredths.
    ['huf', 12.34],
    ['isk', 12.34],
    ['ugx', 12.34],
  ]
  for (const [currency, amount] of cases) t.is(amountIn(currency, 1234), amount, currency)
})
