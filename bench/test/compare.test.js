import test from 'ava'
import { compare, median, pairedRatio, quantile } from '../compare.js'

test('the median is the middle, or the mean of the two in the middle', (t) => {
  t.is(median([3, 1, 2]), 2)
  t.is(median([10, 4, 1, 2]), 3)
})

test('a quantile lies between its neighbours', (t) => {
  t.is(quantile([40, 10, 30, 20], 0.5), 25)
  t.is(quantile([1, 2, 3], 1), 3)
  t.is(quantile([7], 0.99), 7)
})

test('ratios are taken round by round', (t) => {
  t.is(pairedRatio([10, 1, 4], [5, 1, 2]), 2)
})

/** A clock that only its contestants move: by this many milliseconds for each operation. */
function fakeClock() {
  let time = 0
  const busy = (name, ms, turns = []) => ({
    name,
    run(n) {
      turns.push(name)
      time += ms * n
    },
  })
  return { now: () => time, busy }
}

test('a contestant that needs twice as long has half the ratio', async (t) => {
  const { now, busy } = fakeClock()
  const contestants = [busy('reference', 0.01), busy('slow', 0.02)]
  const [reference, slow] = await compare(contestants, { rounds: 5, targetMs: 2, now })
  t.is(reference.ratio, 1)
  t.true(slow.ratio > 0.4 && slow.ratio < 0.6, `${slow.ratio}`)
  t.true(slow.perSecond < reference.perSecond)
})

test('contestants take turns, and each begins as often as the others', async (t) => {
  const { now, busy } = fakeClock()
  const turns = []
  const contestants = ['a', 'b', 'c'].map((name) => busy(name, 0.01, turns))
  await compare(contestants, { rounds: 3, targetMs: 1, now })
  t.is(turns.slice(-9).join(''), 'abcbcacab')
})

test('a contestant that was timed elsewhere counts by that', async (t) => {
  const elsewhere = { name: 'elsewhere', run: (n) => ({ ms: n / 100 }) }
  const [result] = await compare([elsewhere], { rounds: 1, targetMs: 1 })
  t.is(Math.round(result.perSecond), 100_000)
})

test('a contestant warms up before it is measured', async (t) => {
  const { now, busy } = fakeClock()
  const turns = []
  await compare([busy('a', 0.01, turns)], { rounds: 1, targetMs: 1, warmUpMs: 5, now })
  t.true(turns.length >= 50)
})

test('runs of a given length are not calibrated', async (t) => {
  const { now, busy } = fakeClock()
  const turns = []
  const [result] = await compare([busy('a', 2, turns)], { rounds: 3, n: 5, now })
  t.is(turns.length, 4)
  t.is(result.perSecond, 500)
  t.deepEqual(result.rates, [500, 500, 500])
})
