import type { EventDestination, WebhookEndpoint } from '../world/kinds.js'
import type { Store } from '../world/store.js'

/** Who is told of events: webhook endpoints, and the destinations of thin events. */
export type EventReceiver = WebhookEndpoint | EventDestination

export function* receiversOf(store: Pick<Store, 'ofKind'>): Generator<EventReceiver> {
  for (const kind of ['webhook_endpoint', 'v2.core.event_destination'])
    yield* store.ofKind(kind) as Iterable<unknown> as Iterable<EventReceiver>
}

export const urlOf = (receiver: EventReceiver): string =>
  receiver.object === 'webhook_endpoint' ? receiver.url : receiver._url
