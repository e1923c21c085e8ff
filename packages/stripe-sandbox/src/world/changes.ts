import { isDeepStrictEqual } from 'node:util'

type Fields = Record<string, unknown>

/**
 * What an object's changed fields were before: Stripe's `previous_attributes`. Of an object inside, only the
 * changed fields; of an array, the whole. Undefined where nothing changed.
 *
 * @see https://docs.stripe.com/api/events/object#event_object-data-previous_attributes
 */
export function previousAttributes(before: object, after: object): Fields | undefined {
  const [old, now] = [before as Fields, after as Fields]
  const names = new Set([...Object.keys(old), ...Object.keys(now)])
  const changed = [...names]
    .filter((name) => !isDeepStrictEqual(old[name], now[name]))
    .map((name) => [name, previous(old[name], now[name])])
  return changed.length > 0 ? (Object.fromEntries(changed) as Fields) : undefined
}

function previous(old: unknown, now: unknown): unknown {
  if (isPlain(old) && isPlain(now)) return previousAttributes(old, now)
  return old ?? null
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
