import { EventBus } from '../events/event-bus.js'
import { MemoryEventBus } from '../events/memory-bus.js'
import { createForge, type Forge, type ForgeOptions } from '../forge.js'
import type { Plugin } from '../plugins/plugin.js'
import { captureLog } from './capture-log.js'
import { TestingErrors } from './errors.js'
import type { TestContext } from './suite.js'

/**
 * How {@link testForge} starts the application.
 *
 * @example
 * const options: TestForgeOptions = { serve: false, environment: { PORT: '0' } }
 */
export interface TestForgeOptions extends Omit<ForgeOptions, 'plugins' | 'log'> {
  /** False opens everything but takes no work; true if left out. */
  serve?: boolean
}

/**
 * An application under test.
 *
 * @example
 * const published = async ({ bus, idle }: TestForge) => {
 *   await idle()
 *   return bus.deadLetters.list()
 * }
 */
export interface TestForge {
  readonly forge: Forge
  /** Everything logged so far, one JSON object a line. */
  readonly lines: readonly string[]
  /** The plugins' own bus, or else the one in memory. */
  readonly bus: EventBus
  /**
   * Resolves when no event is being handled and none waits for a retry.
   *
   * @throws IDLE_UNKNOWN where the bus is not the one in memory.
   */
  idle(): Promise<void>
}

/**
 * Starts an application for one test. It stops itself when the test ends.
 *
 * @param t anything with a `teardown(fn)`, as the `t` of AVA.
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 *
 * test('the shop hears of a sale', async (t) => {
 *   const heard: string[] = []
 *   const note = on(sold, 'shop.note', async ({ payload }) => void heard.push(payload))
 *   const shop = definePlugin({ name: 'shop', setup: () => ({ on: [note] }) })
 *   const { forge, bus, idle } = await testForge(t, [shop()])
 *   await forge.get(UnitOfWork).transaction((tx) => bus.publish(tx, sold, 'a hat'))
 *   await idle()
 *   t.deepEqual(heard, ['a hat'])
 * })
 * @throws what `createForge` and `start` throw.
 */
export async function testForge(
  t: Pick<TestContext, 'teardown'>,
  plugins: readonly Plugin[],
  { serve = true, ...options }: TestForgeOptions = {},
): Promise<TestForge> {
  const { log, lines } = captureLog()
  const forge = createForge({ ...options, plugins, log })
  t.teardown(() => forge.stop())
  await forge.start({ serve })
  const bus = forge.get(EventBus)
  return {
    forge,
    lines,
    bus,
    async idle() {
      if (!(bus instanceof MemoryEventBus)) throw TestingErrors.IDLE_UNKNOWN()
      await bus.idle()
    },
  }
}
