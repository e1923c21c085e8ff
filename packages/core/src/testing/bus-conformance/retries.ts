import assert from 'node:assert/strict'
import { RetryLater } from '../../events/retry-later.js'
import { on } from '../../events/subscription.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { noting, QUICK, shipped, sold } from './shop.js'

/** What follows when a handler throws. */
export function checkRetries(check: Check, open: Open): void {
  check('a handler that fails is tried again, and only its last attempt has effects', async (t) => {
    const attempts: number[] = []
    const keys = new Set<string>()
    const effects: number[] = []
    const shaky = on(
      sold,
      'conformance.shaky',
      async ({ attempt, idempotencyKey, payload, publish, tx }) => {
        attempts.push(attempt)
        keys.add(idempotencyKey)
        tx.onCommit(() => effects.push(attempt))
        await publish(shipped, { order: `${payload.order}, attempt ${attempt}` })
        if (attempt < 3) throw new Error('not yet')
      },
      QUICK,
    )
    const notes = noting('conformance.notes', shipped)
    const app = await open(t, [shaky, notes.subscription])
    await app.publish('o1')
    await app.hears(notes, ['o1, attempt 3'])
    assert.deepEqual(attempts, [1, 2, 3])
    assert.deepEqual(effects, [3])
    assert.equal(keys.size, 1, 'every attempt has the same idempotency key')
    assert.deepEqual(await app.bus.deadLetters.list(), [])
  })

  check('an event that fails as often as it may becomes a dead letter', async (t) => {
    let attempts = 0
    // A failure like any other, though no log can leave a mark on it.
    const failure: Error = Object.freeze(new Error('the printer is on fire'))
    const poisoned = on(
      sold,
      'conformance.poisoned',
      async ({ payload }) => {
        if (payload.order !== 'poison') return
        attempts++
        throw failure
      },
      QUICK,
    )
    const healthy = noting('conformance.healthy')
    const app = await open(t, [poisoned, healthy.subscription])
    const { id } = await app.publish('poison')
    await app.until('the dead letter', async () => (await app.bus.deadLetters.list()).length > 0)
    assert.equal(attempts, 3)
    const [letter, ...others] = await app.bus.deadLetters.list()
    assert.deepEqual(others, [])
    assert.equal(letter?.consumer, 'conformance.poisoned')
    assert.equal(letter.eventId, id)
    assert.equal(letter.reason, 'the printer is on fire')
    await app.hears(healthy, ['poison'])
  })

  check('of a retry, what is given as undefined is left out', async (t) => {
    let attempts = 0
    const nothing = { limit: undefined, nonRetryable: undefined }
    const failing = on(
      sold,
      'conformance.failing',
      () => Promise.reject(new Error(`${++attempts}`)),
      {
        claimSeconds: undefined,
        retry: { ...nothing, baseSeconds: 0, maxSeconds: 0 },
      },
    )
    const app = await open(t, [failing])
    await app.publish('o1')
    await app.until('the dead letter', async () => (await app.bus.deadLetters.list()).length > 0)
    assert.ok(attempts > 1, 'it was not tried again')
  })

  check('RetryLater does not count', async (t) => {
    let refusals = 4
    const attempts: number[] = []
    const notes = noting('conformance.notes', shipped)
    const patient = on(
      sold,
      'conformance.patient',
      async ({ attempt, payload, publish }) => {
        attempts.push(attempt)
        if (refusals-- > 0) throw new RetryLater(0, 'the provider is busy')
        await publish(shipped, payload)
      },
      { retry: { limit: 0 } },
    )
    const app = await open(t, [patient, notes.subscription])
    await app.publish('o1')
    await app.hears(notes, ['o1'])
    assert.deepEqual(attempts, [1, 1, 1, 1, 1])
    assert.deepEqual(await app.bus.deadLetters.list(), [])
  })
}
