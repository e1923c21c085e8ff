import type { AnyRecord, TestClock } from '../world/kinds.js'
import type { World } from '../world/world.js'

/** Parameters that may name something that a test clock rules. */
const NAMING = [
  'id',
  'customerId',
  'invoiceId',
  'customer',
  'subscription',
  'payment_intent',
  'charge',
  'invoice',
  'test_clock',
]

/**
 * The clock that a request goes by: that of the customer it is about, or the sandbox's.
 *
 * @see https://docs.stripe.com/billing/testing/test-clocks
 */
export function clockOfRequest(
  world: World,
  params: Record<string, unknown>,
): { now: number; testClock: string | null } {
  for (const name of NAMING) {
    const id = params[name]
    const record = typeof id === 'string' ? recordOf(world, id) : undefined
    if (!record) continue
    const testClock =
      record.object === 'test_helpers.test_clock' ? record.id : world.clockOf(record)
    if (testClock === null) continue
    const clock = world.store.get(testClock) as TestClock | undefined
    if (clock) return { now: clock.frozen_time, testClock }
  }
  return { now: world.now, testClock: null }
}

function recordOf(world: World, id: string): AnyRecord | undefined {
  // Items live inside their subscriptions.
  if (!id.startsWith('si_')) return world.store.get(id)
  for (const subscription of world.store.ofKind('subscription')) {
    const { items } = subscription as unknown as { items: { data: { id: string }[] } }
    if (items.data.some((item) => item.id === id)) return subscription
  }
  return undefined
}
