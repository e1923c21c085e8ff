import { invalidRequest } from '../http/stripe-error.js'

/** One condition of a query, such as `-metadata["plan"]:"pro"`. */
interface Condition {
  negated: boolean
  /** The field, and the key within it where it is metadata. */
  path: string[]
  operator: ':' | '~' | '>' | '<' | '>=' | '<='
  value: string | null
}

export interface Query {
  conditions: Condition[]
  /** Whether one condition is enough. */
  any: boolean
}

const CONDITION =
  /\s*(-?)([a-z_.]+)(?:\[(["'])(.*?)\3\])?\s*(:|~|>=|<=|>|<)\s*(?:(null|-?\d+(?:\.\d+)?)|(["'])((?:\\.|(?!\7).)*)\7)\s*/iy
const CONJUNCTION = /(AND|OR)\s/iy

/**
 * Reads a query of Stripe's search.
 *
 * @throws StripeError where it is none.
 * @see https://docs.stripe.com/search#search-query-language
 */
export function readQuery(query: string): Query {
  const conditions: Condition[] = []
  const joined = new Set<string>()
  let at = 0
  const next = (pattern: RegExp) => {
    pattern.lastIndex = at
    const found = pattern.exec(query)
    if (found) at = pattern.lastIndex
    return found
  }
  do {
    const found = next(CONDITION)
    if (!found) throw unreadable(query, at)
    const [, minus, field = '', , key, operator, bare, , quoted] = found
    conditions.push({
      negated: minus === '-',
      path: key === undefined ? field.split('.') : [field, key],
      operator: operator as Condition['operator'],
      value: bare === 'null' ? null : (bare ?? (quoted ?? '').replaceAll(/\\(.)/g, '$1')),
    })
    if (at < query.length) joined.add((next(CONJUNCTION)?.[1] ?? 'AND').toUpperCase())
  } while (at < query.length)
  if (joined.size > 1)
    throw invalidRequest('A query has either AND or OR between its conditions, not both.', 'query')
  return { conditions, any: joined.has('OR') }
}

/** Whether a record fits a query. */
export function fitsQuery(record: object, { conditions, any }: Query): boolean {
  const fits = (condition: Condition) => holds(record, condition) !== condition.negated
  return any ? conditions.some(fits) : conditions.every(fits)
}

function holds(record: object, { path, operator, value }: Condition): boolean {
  const actual = path.reduce<unknown>(
    (from, name) => (from as Record<string, unknown> | null | undefined)?.[name],
    record,
  )
  if (value === null) return actual === undefined || actual === null
  if (!isPlain(actual)) return false
  const [here, wanted] = [String(actual).toLowerCase(), value.toLowerCase()]
  switch (operator) {
    case ':':
      return here === wanted
    case '~':
      return here.includes(wanted)
    case '>':
      return Number(actual) > Number(value)
    case '<':
      return Number(actual) < Number(value)
    case '>=':
      return Number(actual) >= Number(value)
    case '<=':
      return Number(actual) <= Number(value)
  }
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

const unreadable = (query: string, at: number) =>
  invalidRequest(
    `We were unable to parse your search query at "${query.slice(at, at + 40)}". Try using the format \`metadata["key"]:"value"\`.`,
    'query',
  )
