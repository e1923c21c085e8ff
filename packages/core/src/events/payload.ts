import { CoreErrors } from '../errors/core-errors.js'
import { parse } from '../validation/schema.js'
import type { EventEnvelope, EventType } from './event.js'
import { RetryLater } from './retry-later.js'

// Long enough that a rolling deploy does not spin, short enough that nobody waits for it.
const NEWER_PAUSE_SECONDS = 5

/**
 * The payload of a stored event, in the version that this process knows.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * payloadOf(sold, envelope(sold, 'a hat')) // 'a hat'
 * @throws RetryLater where the event is of a newer version, as while a deploy rolls: the event waits for a
 * process that knows it.
 * @throws INPUT_INVALID where the payload does not fit the schema.
 */
export function payloadOf(type: EventType, event: EventEnvelope): unknown {
  const { payload, version } = event
  if (version > type.version) {
    const { message } = CoreErrors.EVENT_NEWER({ event: type.name, version, known: type.version })
    throw new RetryLater(NEWER_PAUSE_SECONDS, message)
  }
  const current = version < type.version && type.upcast ? type.upcast(payload, version) : payload
  return parse(type.schema, current, `payload of ${type.name}`)
}
