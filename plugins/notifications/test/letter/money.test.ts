import test from 'ava'
import { money } from '../../src/letter/money.js'

test('an amount is as large as Stripe means it, whatever the currency', (t) => {
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
    t.is(money(2_900, currency).replace('\u00a0', ' '), text)
})
