import test from 'ava'
import { waitFor } from '../../src/testing/index.js'

test('waits until there is a value', async (t) => {
  let calls = 0
  const value = await waitFor(async () =>
    ++calls === 1 ? undefined : calls === 2 ? false : 'there',
  )
  t.is(value, 'there')
  t.is(calls, 3)
})

test('zero and the empty text are values', async (t) => {
  t.is(await waitFor(async () => 0), 0)
  t.is(await waitFor(async () => ''), '')
})

test('names what did not come', async (t) => {
  const waiting = waitFor(async () => undefined, { what: 'the second mail', timeoutMs: 50 })
  await t.throwsAsync(waiting, { code: 'WAITED_IN_VAIN', message: /50 ms for the second mail/ })
})

test('passes on at once what the condition throws', async (t) => {
  const failing = waitFor(async () => Promise.reject(new Error('no such table')))
  await t.throwsAsync(failing, { message: 'no such table' })
})
