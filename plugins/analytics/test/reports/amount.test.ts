import test from 'ava'
import { amountIn, money } from '../../src/reports/amount.js'

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

test('amounts read as people write them', (t) => {
  t.is(money('usd', 128_000), '$1,280.00')
  t.is(money('jpy', 1000), '¥1,000')
  t.is(money('kwd', 1234).replace(/\s/, ' '), 'KWD 1.234')
  t.is(money('huf', 500_000).replace(/\s/, ' '), 'HUF 5,000')
})
