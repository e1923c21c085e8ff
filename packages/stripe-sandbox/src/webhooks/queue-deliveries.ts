import type { ThinEvent } from '../world/hidden.js'
import type { StripeEvent, WebhookEndpoint } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** Puts an event on its way to each endpoint that asked for its type. */
export function queueDeliveries(tx: Transaction, event: StripeEvent | ThinEvent): void {
  const { chaos } = tx.settings
  for (const endpoint of tx.each('webhook_endpoint')) {
    if (!hears(endpoint, event.type)) continue
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

const hears = ({ status, enabled_events }: WebhookEndpoint, type: string) =>
  status === 'enabled' && (enabled_events.includes('*') || enabled_events.includes(type))
