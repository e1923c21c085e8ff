import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import type { Transaction } from '../world/transaction.js'
import type { World } from '../world/world.js'
import { farthest } from './farthest.js'

/** A test clock goes this far before it is deleted, in seconds. */
const DELETED_AFTER = 30 * 86_400

/** @see https://docs.stripe.com/billing/testing/test-clocks */
export const clockRoutes = (world: World) => [
  operation<Stripe.TestHelpers.TestClockCreateParams>(
    'POST /v1/test_helpers/test_clocks',
    ({ tx, params }) => {
      const clock = tx.add(
        'test_helpers.test_clock',
        blank('test_helpers.test_clock', {
          id: tx.id('test_helpers.test_clock'),
          created: world.now,
          deletes_after: world.now + DELETED_AFTER,
          frozen_time: params.frozen_time,
          name: params.name ?? null,
          status: 'ready',
          status_details: {},
        }),
      )
      tx.emit('test_helpers.test_clock.created', clock)
      return clock
    },
  ),

  operation<Stripe.TestHelpers.TestClockListParams>('GET /v1/test_helpers/test_clocks', (call) =>
    listOf(call, 'test_helpers.test_clock'),
  ),

  operation('GET /v1/test_helpers/test_clocks/{id}', ({ tx, id }) =>
    tx.get('test_helpers.test_clock', id),
  ),

  operation<Stripe.TestHelpers.TestClockAdvanceParams>(
    'POST /v1/test_helpers/test_clocks/{id}/advance',
    ({ tx, params, id }) => {
      const clock = tx.get('test_helpers.test_clock', id)
      const to = params.frozen_time
      if (clock.status !== 'ready')
        throw invalidRequest(
          'This test clock is advancing already.',
          undefined,
          'test_clock_not_ready',
        )
      if (to <= clock.frozen_time)
        throw invalidRequest(
          'Invalid frozen_time: must be after the current frozen time.',
          'frozen_time',
        )
      const most = farthest(tx, clock)
      if (to > most)
        throw invalidRequest(
          `Invalid frozen_time: a test clock cannot be advanced by more than two intervals of its shortest subscription, or two years where it has none. It can be advanced to ${most} now.`,
          'frozen_time',
        )
      clock.status = 'advancing'
      clock.status_details = { advancing: { target_frozen_time: to } }
      tx.emit('test_helpers.test_clock.advancing', clock)
      // What is due meanwhile are steps of their own.
      tx.afterwards(() => {
        world.catchUp(id, to)
        world.run((after) => arrive(after, id, to), { now: to, testClock: id })
      })
      return clock
    },
  ),

  operation('DELETE /v1/test_helpers/test_clocks/{id}', ({ tx, id }) => {
    const clock = tx.get('test_helpers.test_clock', id)
    tx.emit('test_helpers.test_clock.deleted', clock)
    for (const customer of tx.find('customer', ({ test_clock }) => test_clock === id)) {
      for (const { id: gone } of tx.find('subscription', (it) => it.customer === customer.id))
        tx.remove(gone)
      tx.remove(customer.id)
    }
    tx.remove(id)
    return { id, object: 'test_helpers.test_clock', deleted: true }
  }),
]

function arrive(tx: Transaction, id: string, to: number): void {
  const clock = tx.get('test_helpers.test_clock', id)
  clock.frozen_time = to
  clock.status = 'ready'
  clock.status_details = {}
  tx.emit('test_helpers.test_clock.ready', clock)
}
