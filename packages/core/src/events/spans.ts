import { inSpan } from '../telemetry/tracing.js'
import type { EventEnvelope, EventType } from './event.js'

/**
 * Publishes inside a span, which the event then carries to its consumers.
 *
 * @example
 * await inPublishSpan({ name: 'shop.sold' }, async () => 'stored') // 'stored'
 */
export function inPublishSpan<Result>(
  type: Pick<EventType, 'name'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const attributes = { 'messaging.destination.name': type.name }
  return inSpan(`publish ${type.name}`, { kind: 'producer', attributes }, work)
}

/**
 * Handles an event inside a span that is linked to the one that published it. It begins a trace of its own:
 * what happens to be active then, such as the request that first woke the bus, has not caused it.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * await inConsumeSpan('shop.note', envelope(sold, 'a hat'), async () => 'handled') // 'handled'
 */
export function inConsumeSpan<Result>(
  consumer: string,
  { id, type, traceparent }: EventEnvelope,
  work: () => Promise<Result>,
): Promise<Result> {
  const attributes = { 'messaging.destination.name': type, 'messaging.message.id': id }
  const options = { kind: 'consumer', attributes, follows: traceparent, root: true } as const
  return inSpan(`consume ${consumer}`, options, work)
}
