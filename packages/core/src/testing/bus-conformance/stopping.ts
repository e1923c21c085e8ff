import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { on } from '../../events/subscription.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { sold } from './shop.js'

/** What becomes of handlers when the application stops. */
export function checkStopping(check: Check, open: Open): void {
  check('stopping waits for a handler that is under way, and its effect commits', async (t) => {
    const started = Promise.withResolvers<undefined>()
    const go = Promise.withResolvers<undefined>()
    const committed: string[] = []
    const slow = on(sold, 'conformance.slow', async ({ payload, tx }) => {
      tx.onCommit(() => committed.push(payload.order))
      started.resolve(undefined)
      await go.promise
    })
    const app = await open(t, [slow])
    await app.publish('o1')
    await started.promise
    let stopped = false
    const stopping = app.forge.stop().then(() => (stopped = true))
    for (let turns = 0; turns < 20; turns++) await turn()
    assert.equal(stopped, false, 'it stopped while a handler was under way')
    go.resolve(undefined)
    await stopping
    assert.deepEqual(committed, ['o1'])
  })

  check('stopping aborts the signal of a handler that is under way', async (t) => {
    const started = Promise.withResolvers<undefined>()
    const go = Promise.withResolvers<undefined>()
    let told: AbortSignal | undefined
    const waiting = on(sold, 'conformance.waiting', async ({ signal }) => {
      told = signal
      started.resolve(undefined)
      await go.promise
    })
    const app = await open(t, [waiting])
    await app.publish('o1')
    await started.promise
    const stopping = app.forge.stop()
    try {
      await app.until('the signal to abort', () => told?.aborted === true)
    } finally {
      go.resolve(undefined)
      await stopping
    }
  })
}
