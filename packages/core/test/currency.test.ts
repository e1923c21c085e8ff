import test from 'ava'
import { formatMoney } from '../src/currency.js'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test('an amount is as large as the payment provider means it, whatever the currency', (t) => {
  const amounts = {
    usd: '$29.00',
    EUR: '€29.00',
    jpy: '¥2,900',
    krw: '₩2,900',
    kwd: 'KWD 2.900',
    // To Intl these have no decimals.
    huf: 'HUF 29.00',
    cop: 'COP 29.00',
    idr: 'IDR 29.00',
    isk: 'ISK 29.00',
    rsd: 'RSD 29.00',
    ugx: 'UGX 29.00',
  }
  for (const [currency, text] of Object.entries(amounts))
    t.is(plain(formatMoney(2_900, currency)), text)
})

test('it is written as in a locale, and without zeros where they say nothing', (t) => {
  t.is(plain(formatMoney(290_050, 'eur', { locale: 'de' })), '2.900,50 €')
  t.is(formatMoney(2_900, 'usd', { trailingZeroDisplay: 'stripIfInteger' }), '$29')
  t.is(formatMoney(2_950, 'usd', { trailingZeroDisplay: 'stripIfInteger' }), '$29.50')
})
