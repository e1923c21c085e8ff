import test from 'ava'
import fc from 'fast-check'
import { pauses } from '../src/subscriptions/pauses.js'

const random = fc.double({ min: 0, max: 1, noNaN: true })

test('pauses grow up to a second, and come to as much as was asked for', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), random, (totalMs, drawn) => {
      const all = [...pauses(totalMs, () => drawn)]
      const sum = all.reduce((total, pause) => total + pause, 0)
      const [last = 0, ...grown] = all.toReversed()
      return (
        Math.abs(sum - totalMs) < 0.001 &&
        grown.toReversed().every((pause, n, of) => pause >= (of[n - 1] ?? 0)) &&
        all.every((pause) => pause > 0 && pause <= 1_000) &&
        last <= totalMs
      )
    }),
  )
  t.pass()
})

test('who waits for 20 seconds looks fewer than fifty times, and no two look in step', (t) => {
  const one = [...pauses(20_000)]
  t.true(one.length < 50)
  t.notDeepEqual(one, [...pauses(20_000)])
})
