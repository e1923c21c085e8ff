import test from 'ava'
import { waitFor } from '../../src/testing/index.js'

test('it resolves to the value as soon as there is one, of whatever kind', async (t) => {
  let asked = 0
  t.is(await waitFor(() => ++asked >= 3 && 'three'), 'three')
  t.is(asked, 3)
  t.is(await waitFor(async () => 0), 0)
  t.is(await waitFor(() => null), null)
})

test('what never comes is named', async (t) => {
  const waiting = waitFor(() => undefined, { timeoutMs: 20, what: 'the welcome mail' })
  await t.throwsAsync(waiting, { code: 'WAITED_IN_VAIN', message: /20 ms for the welcome mail/ })
})

test('what the condition throws is thrown at once', async (t) => {
  let asked = 0
  const broken = () => {
    asked++
    throw new Error('no database')
  }
  await t.throwsAsync(waitFor(broken), { message: 'no database' })
  t.is(asked, 1)
})
