import { CoreErrors } from '../errors/core-errors.js'
import { isPlainObject } from '../validation/is-plain-object.js'
import { check, linesOf } from '../validation/schema.js'
import type { EventType } from './event.js'
import { payloadText } from './payload-text.js'

// What is deeper, or contains itself, is looked at as a whole.
const DEEPEST = 100

/**
 * Refuses an event that no consumer could ever read: events are stored as JSON, and of a `Date` or a `Map` that
 * makes what the event's own schema may not take. Nor may it take what it has made of something else.
 *
 * @param given what the schema has made the payload of.
 * @throws EVENT_INVALID
 */
export function refuseUnreadable(type: EventType, given: unknown, payload: unknown): void {
  // Most payloads are, and to find that out is much faster than to read them again.
  if (isStoredAsGiven(payload, given)) return
  const stored: unknown = JSON.parse(payloadText({ type: type.name, payload }))
  const result = check(type.schema, stored, `payload of ${type.name}`)
  if (result.ok) return
  const problem = `its schema refuses what is stored of it as JSON (${linesOf(result.problems).join('; ')}); let it take that, as z.coerce.date() does in place of z.date().`
  throw CoreErrors.EVENT_INVALID({ event: type.name, problem })
}

/** Whether what is stored of a value is what the schema has taken already. */
function isStoredAsGiven(value: unknown, given: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return value === given && isJson(value)
  if (depth > DEEPEST) return false
  if (Array.isArray(value)) {
    return (
      Array.isArray(given) &&
      value.length === given.length &&
      // Not `every`, which passes over holes.
      value.findIndex((item, index) => !isStoredAsGiven(item, given[index], depth + 1)) < 0
    )
  }
  if (!isPlainObject(value) || !isPlainObject(given)) return false
  const keys = Object.keys(value)
  return (
    keys.length === Object.keys(given).length &&
    keys.every((key) => isStoredAsGiven(value[key], given[key], depth + 1))
  )
}

const isJson = (value: unknown) =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value === 'string' || typeof value === 'boolean' || value === null
