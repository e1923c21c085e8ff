import { CoreErrors } from '../errors/core-errors.js'
import { messageOf } from '../errors/errors.js'
import type { EventEnvelope } from './event.js'

// In JSON text an escape counts only after an even number of backslashes. JSON.stringify escapes no
// surrogate but a lone one.
const UNSTORABLE = /(?<=(?:^|[^\\])(?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi

/**
 * The payload of an event as JSON text that every store can hold. PostgreSQL's jsonb holds neither NUL nor
 * half of a surrogate pair; each becomes the replacement character, as it would when text is decoded, so
 * that one strange name cannot keep an event from being stored.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * payloadText(envelope(sold, 'a hat')) // '"a hat"'
 * @see https://www.postgresql.org/docs/current/datatype-json.html
 * @throws EVENT_INVALID where JSON has no text for it, as for a BigInt and for what contains itself.
 */
export function payloadText({ type, payload }: Pick<EventEnvelope, 'type' | 'payload'>): string {
  // Of `undefined` JSON has no text, but a place for it.
  const text = payload === undefined ? 'null' : stringify(type, payload)
  // Nearly no text has an escape, and to look for one is ten times as fast as the expression.
  return text.includes('\\u') ? text.replace(UNSTORABLE, '\\ufffd') : text
}

/** @throws EVENT_INVALID */
function stringify(event: string, payload: unknown): string {
  const refuse = (reason: string, cause?: unknown) => {
    const problem = `its payload cannot be stored as JSON (${reason}); give what JSON has, such as text for a BigInt.`
    return CoreErrors.EVENT_INVALID({ event, problem }, { cause })
  }
  let text: unknown
  try {
    text = JSON.stringify(payload)
  } catch (error) {
    throw refuse(messageOf(error), error)
  }
  if (typeof text === 'string') return text
  throw refuse(`it has no text for a ${typeof payload}`)
}
