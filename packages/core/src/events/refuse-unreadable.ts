import { CoreErrors } from '../core-errors.js'
import { isPlainObject } from '../is-plain-object.js'
import { check, linesOf } from '../schema.js'
import type { EventType } from './event.js'
import { payloadText } from './payload-text.js'

// What is deeper, or contains itself, is looked at as a whole.
const DEEPEST = 100

/**
 * Refuses an event that no consumer could ever read: events are stored as JSON, and of a `Date` or a `Map` that
 * makes what the event's own schema may not take.
 *
 * @throws EVENT_INVALID
 */
export function refuseUnreadable(type: EventType, payload: unknown): void {
  // Most payloads are, and to find that out is much faster than to read them again.
  if (isAsStored(payload)) return
  const stored: unknown = JSON.parse(payloadText({ type: type.name, payload }))
  const result = check(type.schema, stored, `payload of ${type.name}`)
  if (result.ok) return
  const problem = `its schema refuses what is stored of it as JSON (${linesOf(result.problems).join('; ')}); let it take that, as z.coerce.date() does in place of z.date().`
  throw CoreErrors.EVENT_INVALID({ event: type.name, problem })
}

function isAsStored(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' || typeof value === 'boolean' || value === null
  if (depth > DEEPEST || !(Array.isArray(value) || isPlainObject(value))) return false
  return Object.values(value).every((item) => isAsStored(item, depth + 1))
}
