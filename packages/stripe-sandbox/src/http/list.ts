import type { AnyRecord, Kind, Kinds } from '../world/kinds.js'
import type { Call } from './operation.js'
import { invalidRequest, noSuch } from './stripe-error.js'

export interface List<Item> {
  object: 'list'
  data: Item[]
  has_more: boolean
  url: string
}

interface Page {
  limit?: number
  starting_after?: string
  ending_before?: string
}

const PAGE = ['limit', 'starting_after', 'ending_before', 'expand']
/** Parameters that name several values of a field. */
const PLURALS: Record<string, string> = { ids: 'id', lookup_keys: 'lookup_key', types: 'type' }

/**
 * Answers a page of the records of a kind, newest first. Parameters filter by the field of the same name, but
 * for those that `fits` takes care of.
 *
 * @see https://docs.stripe.com/api/pagination
 */
export function listOf<K extends Kind>(
  call: Call<object>,
  kind: K,
  {
    fits = () => true,
    handled = [],
  }: { fits?: (record: Kinds[K]) => boolean; handled?: string[] } = {},
): List<Kinds[K]> {
  const filters = Object.entries(call.params).filter(
    ([name, value]) => ![...PAGE, ...handled].includes(name) && value !== undefined,
  )
  const all = [...call.tx.each(kind)].filter(
    (record) => fits(record) && filters.every(([name, value]) => matches(record, name, value)),
  )
  return pageOf(call, all.reverse() as (Kinds[K] & AnyRecord)[])
}

/** A page of records that are in order already. */
export function pageOf<Item extends { id: string }>(call: Call<object>, all: Item[]): List<Item> {
  const { limit = 10, starting_after: after, ending_before: before } = call.params as Page
  if (limit < 1 || limit > 100)
    throw invalidRequest(
      limit > 100
        ? `This value must be less than or equal to 100 (it currently is '${limit}').`
        : `This value must be greater than or equal to 1.`,
      'limit',
      'parameter_invalid_integer',
    )
  if (after !== undefined && before !== undefined)
    throw invalidRequest(
      'You may only specify one of these parameters: starting_after, ending_before.',
    )
  const indexOf = (id: string, param: string) => {
    const index = all.findIndex((record) => record.id === id)
    if (index < 0) throw noSuch('object', id, param, 400)
    return index
  }
  const url = call.url
  if (before !== undefined) {
    const end = indexOf(before, 'ending_before')
    const start = Math.max(0, end - limit)
    return { object: 'list', data: all.slice(start, end), has_more: start > 0, url }
  }
  const start = after === undefined ? 0 : indexOf(after, 'starting_after') + 1
  const data = all.slice(start, start + limit)
  return { object: 'list', data, has_more: all.length > start + limit, url }
}

function matches(record: object, name: string, wanted: unknown): boolean {
  const fields = record as Record<string, unknown>
  if (Array.isArray(wanted)) return wanted.includes(fields[PLURALS[name] ?? name])
  const value = fields[name]
  if (typeof wanted !== 'object' || wanted === null) return value === wanted
  if (typeof value === 'number') return inRange(value, wanted)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(wanted).every(([field, inner]) => matches(value, field, inner))
}

type Range = Partial<Record<'gt' | 'gte' | 'lt' | 'lte', number>>

const inRange = (value: number, { gt, gte, lt, lte }: Range) =>
  (gt === undefined || value > gt) &&
  (gte === undefined || value >= gte) &&
  (lt === undefined || value < lt) &&
  (lte === undefined || value <= lte)
