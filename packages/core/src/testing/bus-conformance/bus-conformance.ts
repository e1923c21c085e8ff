import type { Forge } from '../../forge.js'
import type { Plugin } from '../../plugins/plugin.js'
import { suite, type TestContext, type TestFunction } from '../suite.js'
import { opener } from './application.js'
import { checkConcurrency } from './concurrency.js'
import { checkDeadLetters } from './dead-letters.js'
import { checkDelivery } from './delivery.js'
import { checkDuplicates } from './duplicates.js'
import { checkHandlers } from './handlers.js'
import { checkOrder } from './order.js'
import { checkPast } from './past.js'
import { checkRefusals } from './refusals.js'
import { checkReplays } from './replays.js'
import { checkRetries } from './retries.js'
import { checkSignals } from './signals.js'
import { checkStopping } from './stopping.js'

/**
 * What {@link busConformance} needs to know of a bus.
 *
 * @example
 * const options: BusConformanceOptions = {
 *   create: (t, plugins) => testForge(t, [memoryEvents(), ...plugins]),
 *   timeoutMs: 5_000,
 * }
 */
export interface BusConformanceOptions {
  /**
   * Starts an application of the given plugins on the bus that is to be examined, with a store of its own,
   * and sees to it that it is stopped when the test ends; {@link testForge} does both.
   */
  create(t: TestContext, plugins: readonly Plugin[]): Promise<{ readonly forge: Forge }>
  /** How long a delivery may take, in milliseconds; 15,000 if left out. */
  timeoutMs?: number
}

/**
 * Registers the tests that every event bus has to pass.
 *
 * @param test AVA's `test`, or anything of its form.
 * @example
 * busConformance(test, {
 *   create: (t, plugins) => testForge(t, [memoryEvents(), ...plugins]),
 * })
 */
export function busConformance(test: TestFunction, options: BusConformanceOptions): void {
  const check = suite(test, 'event bus')
  const open = opener(options)
  checkDelivery(check, open)
  checkDuplicates(check, open)
  checkHandlers(check, open)
  checkRetries(check, open)
  checkOrder(check, open)
  checkPast(check, open)
  checkReplays(check, open)
  checkConcurrency(check, open)
  checkDeadLetters(check, open)
  checkRefusals(check, open)
  checkSignals(check, open)
  checkStopping(check, open)
}
