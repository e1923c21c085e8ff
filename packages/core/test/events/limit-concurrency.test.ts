import test from 'ava'
import fc from 'fast-check'
import { limitConcurrency } from '../../src/events/limit-concurrency.js'

test('never more than the limit are at work, and they begin in the order in which they were called', async (t) => {
  const arbitrary = fc.tuple(fc.array(fc.nat(4), { maxLength: 12 }), fc.integer({ min: 1, max: 4 }))
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([turns, most]) => {
      const limited = limitConcurrency(most)
      const begun: number[] = []
      let atWork = 0
      let atOnce = 0
      const all = turns.map((count, index) =>
        limited(async () => {
          begun.push(index)
          atOnce = Math.max(atOnce, ++atWork)
          for (let turn = 0; turn < count; turn++) await Promise.resolve()
          atWork--
          return index
        }),
      )
      t.deepEqual(await Promise.all(all), [...turns.keys()])
      t.deepEqual(begun, [...turns.keys()])
      t.true(atOnce <= most)
    }),
  )
})

test('work that fails makes room, and its caller hears of it', async (t) => {
  const limited = limitConcurrency(1)
  const failing = limited(() => Promise.reject(new Error('no')))
  const next = limited(() => Promise.resolve('next'))
  await t.throwsAsync(failing, { message: 'no' })
  t.is(await next, 'next')
})

test('a long queue is worked off as fast as a short one', async (t) => {
  const limited = limitConcurrency(1)
  let done = 0
  const all = Array.from({ length: 200_000 }, () => limited(async () => void done++))
  await Promise.all(all)
  t.is(done, 200_000)
})
