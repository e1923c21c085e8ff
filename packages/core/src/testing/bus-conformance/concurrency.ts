import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { on } from '../../events/subscription.js'
import type { Check } from '../suite.js'
import type { Open } from './application.js'
import { sold } from './shop.js'

const EVENTS = 30

/** How much goes on at once where a consumer does not say. */
export function checkConcurrency(check: Check, open: Open): void {
  check('a process handles few events of a consumer at once where none are given', async (t) => {
    let [atWork, most, committed] = [0, 0, 0]
    const work = async () => {
      most = Math.max(most, ++atWork)
      for (let turns = 0; turns < 10; turns++) await turn()
      atWork--
    }
    const short = on(sold, 'conformance.short', async ({ tx }) => {
      tx.onCommit(() => committed++)
      await work()
    })
    const slow = on(sold, 'conformance.slow', {
      prepare: work,
      commit: async ({ tx }) => tx.onCommit(() => committed++),
    })
    for (const [subscription, bound] of [
      [short, 4],
      [slow, 10],
    ] as const) {
      ;[most, committed] = [0, 0]
      const app = await open(t, [subscription])
      const messages = Array.from({ length: EVENTS }, (_, n) => ({ payload: { order: `o${n}` } }))
      await app.transaction((tx) => app.bus.publishAll(tx, sold, messages))
      await app.until('all events', () => committed === EVENTS)
      assert.ok(most <= bound, `${most} at once, and not at most ${bound}`)
      await app.forge.stop()
    }
  })
}
