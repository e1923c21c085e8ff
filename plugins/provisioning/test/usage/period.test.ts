import test from 'ava'
import { periodOf, secondsLeft } from '../../src/usage/period.js'

const month = (at: string) => {
  const { start, end } = periodOf(new Date(at))
  return [start.toISOString(), end.toISOString()]
}

test('a period is a calendar month, UTC, to its last moment', (t) => {
  t.deepEqual(month('2026-12-31T23:59:59.999Z'), [
    '2026-12-01T00:00:00.000Z',
    '2027-01-01T00:00:00.000Z',
  ])
  t.deepEqual(month('2028-02-01T00:00:00.000Z'), [
    '2028-02-01T00:00:00.000Z',
    '2028-03-01T00:00:00.000Z',
  ])
})

test('there is always a second left, so that nobody is told to come again at once', (t) => {
  const at = new Date('2026-12-31T23:59:59.999Z')
  t.is(secondsLeft(periodOf(at), at), 1)
})
