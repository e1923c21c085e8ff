import { syncBuiltinESMExports } from 'node:module'
import { mock } from 'node:test'
import type { TestContext } from './suite.js'

/**
 * The time of a test, which goes on when the test says so.
 *
 * @example
 * test.serial('a second passes at once', async (t) => {
 *   const clock: FakeClock = fakeClock(t)
 *   const before = Date.now()
 *   await clock.advance(1_000)
 *   t.is(Date.now() - before, 1_000)
 * })
 */
export interface FakeClock {
  /**
   * Moves time on, lets run what came due, and resolves when all of it waits again or has ended.
   * A pause that begins in there is counted from the new time, so advance once for each pause of a row.
   */
  advance(ms: number): Promise<void>
}

/**
 * Stops the time of this process until the test ends: `Date`, `setTimeout` and `setInterval`, those of
 * `node:timers` and `node:timers/promises` too. Time limits, retry pauses and `RetryLater` then take as
 * long as the test says, and no longer. Not `AbortSignal.timeout`, and nothing outside the process.
 *
 * Everything in the process is in it, {@link waitFor} too, so run such a test alone: `test.serial`.
 *
 * @param options `now`: what time it is; the real time, if left out.
 * @example
 * import { setTimeout as delay } from 'node:timers/promises'
 *
 * test.serial('a report waits for half a minute', async (t) => {
 *   const clock = fakeClock(t)
 *   const { forge } = await testForge(t, [])
 *   const reporter = scriptedAgent({ name: 'reporter', answers: [() => delay(30_000, 'all is well')] })
 *   const report = forge.run(reporter, null)
 *   await clock.advance(30_000)
 *   t.is(await report, 'all is well')
 * })
 * @throws ERR_INVALID_STATE where another test of the process has stopped the time.
 */
export function fakeClock(
  t: Pick<TestContext, 'teardown'>,
  { now = new Date() }: { now?: Date } = {},
): FakeClock {
  mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'], now })
  // Reaches the modules that import a timer by its name.
  syncBuiltinESMExports()
  t.teardown(() => {
    mock.timers.reset()
    syncBuiltinESMExports()
  })
  return {
    async advance(ms) {
      await settled()
      mock.timers.tick(ms)
      await settled()
    },
  }
}

/** Resolves when every promise of this turn has settled; `setImmediate` goes on as ever. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
