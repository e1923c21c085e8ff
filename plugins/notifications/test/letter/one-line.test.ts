import test from 'ava'
import fc from 'fast-check'
import { oneLine } from '../../src/letter/one-line.js'

test('whitespace and control characters become one space each run, and none at the ends', (t) => {
  t.is(oneLine('  Pro\r\n\tplan\u2028\u0000 '), 'Pro plan')
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (text) => !/\p{Cc}|\u2028|\u2029|^\s|\s$/u.test(oneLine(text)),
    ),
  )
})
