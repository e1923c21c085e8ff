import test from 'ava'
import fc from 'fast-check'
import { fanOut } from '../../src/agents/fan-out.js'
import { deferred } from '../deferred.js'

const { signal } = new AbortController()

test('answers come in the order of the items, and never more than the limit are at work', async (t) => {
  const arbitrary = fc.tuple(fc.array(fc.nat(4), { maxLength: 12 }), fc.integer({ min: 1, max: 4 }))
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([turns, concurrency]) => {
      let atWork = 0
      let most = 0
      const results = await fanOut(
        { signal },
        turns,
        async (count, index) => {
          most = Math.max(most, ++atWork)
          for (let turn = 0; turn < count; turn++) await Promise.resolve()
          atWork--
          return index
        },
        { concurrency },
      )
      t.deepEqual(results, [...turns.keys()])
      t.true(most <= concurrency)
    }),
  )
})

test('after a failure nothing is begun, and what is at work is waited for', async (t) => {
  const begun: string[] = []
  const slow = deferred<void>()
  let ended = false
  const all = fanOut(
    { signal },
    ['slow', 'bad', 'never'],
    async (item) => {
      begun.push(item)
      if (item === 'bad') throw new Error('bad')
      await slow.promise
      ended = true
    },
    { concurrency: 2 },
  )
  setImmediate(() => slow.resolve(undefined))
  await t.throwsAsync(all, { message: 'bad' })
  t.true(ended)
  t.deepEqual(begun, ['slow', 'bad'])
})

test('a falsy failure is a failure', async (t) => {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as careless code does
  const all = fanOut({ signal }, [1], () => Promise.reject(undefined))
  t.is(await all.catch(() => 'failed'), 'failed')
})

test('once the run is cancelled, nothing is begun and there is no answer', async (t) => {
  const controller = new AbortController()
  const begun: number[] = []
  const all = fanOut(
    controller,
    [1, 2, 3],
    async (item) => {
      begun.push(item)
      if (item === 2) controller.abort(new Error('cancelled'))
    },
    { concurrency: 1 },
  )
  await t.throwsAsync(all, { message: 'cancelled' })
  t.deepEqual(begun, [1, 2])
})

for (const concurrency of [0, -1, Number.NaN]) {
  test(`a concurrency of ${concurrency}, with which nothing would ever be done, is refused`, async (t) => {
    const all = fanOut({ signal }, [1], async (item) => item, { concurrency })
    await t.throwsAsync(all, { code: 'DEFINITION_INVALID', message: /concurrency/ })
  })
}

test('nothing to do is done at once, and as many as wanted may be at work', async (t) => {
  t.deepEqual(await fanOut({ signal }, [], async (item) => item), [])
  const all = fanOut({ signal }, [1, 2], async (item) => item, { concurrency: Infinity })
  t.deepEqual(await all, [1, 2])
})
