import { uuidv7 } from 'uuidv7'
import { CoreErrors } from '../errors/core-errors.js'
import { traceparent } from '../telemetry/tracing.js'
import { parse } from '../validation/schema.js'
import type { PublishOptions } from './event-bus.js'
import type { EventEnvelope, EventType } from './event.js'
import { refuseBadEnvelope } from './refuse-bad-envelope.js'
import { refuseUnreadable } from './refuse-unreadable.js'

/**
 * Makes the stored form of an event.
 *
 * @param cause the event whose handler publishes this one.
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * envelope(sold, 'a hat', { source: 'till' }).source // 'till'
 * @throws INPUT_INVALID where the payload does not fit the schema; EVENT_INVALID where an option cannot be, or what
 * is stored of the payload would not fit.
 */
export function envelope<Payload>(
  type: EventType<Payload>,
  payload: Payload,
  options: PublishOptions = {},
  cause?: EventEnvelope,
): EventEnvelope<Payload> {
  const parsed = parse(type.schema, payload, `payload of ${type.name}`)
  refuseUnreadable(type, payload, parsed)
  const text = (what: string, found: string | null | undefined) => {
    if (found === undefined || found === null || typeof found === 'string') return found
    const problem = `its ${what} is of type ${typeof found}; give a text.`
    throw CoreErrors.EVENT_INVALID({ event: type.name, problem })
  }
  // Ids of version 7 sort by time, which keeps the order of events published in one transaction.
  const id = uuidv7()
  const event = {
    id,
    type: type.name,
    version: type.version,
    key: text('key', type.key?.(parsed))?.replaceAll('\0', '\ufffd').toWellFormed() ?? null,
    userId: text('userId', options.userId ?? type.userId?.(parsed))?.toLowerCase() ?? null,
    source: options.source ?? null,
    externalId: options.externalId ?? null,
    occurredAt: options.occurredAt ?? new Date(),
    correlationId: cause?.correlationId ?? id,
    causationId: cause?.id ?? null,
    traceparent: traceparent(),
    payload: parsed,
  }
  refuseBadEnvelope(event, options.delaySeconds ?? 0)
  return event
}
