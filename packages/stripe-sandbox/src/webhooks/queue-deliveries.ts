import type { ThinEvent } from '../world/hidden.js'
import type { StripeEvent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { CONFIGURED } from './endpoints.js'
import type { EventReceiver } from './receivers.js'

/** Puts an event on its way to each endpoint that asked for its type. */
export function queueDeliveries(tx: Transaction, event: StripeEvent | ThinEvent): void {
  const { chaos } = tx.settings
  const receivers = [...tx.each('webhook_endpoint'), ...tx.each('v2.core.event_destination')]
  for (const endpoint of receivers) {
    if (!hears(endpoint, event)) continue
    if (event.object === 'event') event.pending_webhooks += 1
    if (tx.chance(chaos.lose)) continue
    const copies = tx.chance(chaos.duplicate) ? 2 : 1
    for (let copy = 0; copy < copies; copy += 1)
      tx.add('sandbox.delivery', {
        id: tx.id('sandbox.delivery'),
        object: 'sandbox.delivery',
        event: event.id,
        endpoint: endpoint.id,
        attempts: 0,
        // Deliveries go by the clock of the sandbox, whatever clock the event goes by.
        due: 0,
      })
  }
}

/**
 * Thin events go to event destinations alone, as at Stripe; but the endpoint that is configured with the
 * sandbox hears of everything, so that nothing else has to be set up.
 */
function hears(receiver: EventReceiver, { object, type }: StripeEvent | ThinEvent): boolean {
  const { status, enabled_events } = receiver
  if (status !== 'enabled') return false
  const takes =
    receiver.object === 'webhook_endpoint' && receiver.description === CONFIGURED
      ? true
      : (object === 'event') === (receiver.object === 'webhook_endpoint')
  return takes && (enabled_events.includes('*') || enabled_events.includes(type))
}
