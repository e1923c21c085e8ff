import test from 'ava'
import { config } from '../src/config.js'

test('the currency of reports is one that there is, in lower case', (t) => {
  for (const reportingCurrency of ['usd', 'eur', 'jpy', 'huf', 'kwd', 'ves', undefined])
    t.true(config.safeParse({ reportingCurrency }).success, reportingCurrency)
  for (const reportingCurrency of ['zzz', 'USD', 'dollar', '']) {
    const { error } = config.safeParse({ reportingCurrency })
    t.regex(error?.message ?? '', /must be an ISO 4217 code in lower case, such as usd/)
  }
})
