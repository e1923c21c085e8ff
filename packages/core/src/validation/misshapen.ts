import { isPlainObject } from './is-plain-object.js'

// What the compiler says no to, and JavaScript lets through. TypeScript does as well where modules import each
// other in a circle: the one that is run first finds undefined.
const remedyFor = (value: unknown) =>
  value === undefined
    ? ' Where it is imported from a module that imports this one, let one of the two not do so.'
    : ''

/** What is wrong with a record of tokens under a key, if anything. */
export function problemOfTokens(key: string, tokens: unknown): string | undefined {
  if (tokens === undefined) return undefined
  if (!isPlainObject(tokens))
    return `${key} is no record of tokens; write ${key}: { clock: Clock }.`
  const found = Object.entries(tokens).find(([, token]) => !isToken(token))
  return found && problemOfToken(`${key}.${found[0]}`, found[1])
}

/** What is wrong with a token at a place, if anything. */
export function problemOfToken(place: string, token: unknown): string | undefined {
  return isToken(token)
    ? undefined
    : `${place} is ${kindOf(token)} and no token.${remedyFor(token)}`
}

/** What makes the items of a list, by its key, and what all of these have. */
const MADE: Readonly<Record<string, { by: string; marks: readonly string[] }>> = {
  agents: { by: 'defineAgent', marks: ['tools', 'on'] },
  tools: { by: 'defineTool', marks: ['effect', 'timeoutMs'] },
  on: { by: 'on', marks: ['consumer', 'commit'] },
  events: { by: 'defineEvent', marks: ['durable', 'schema'] },
}

/** What is wrong with a list under a key, if anything. */
export function problemOfList(
  key: string,
  list: unknown,
  kind: 'object' | 'string' = 'object',
): string | undefined {
  if (list === undefined) return undefined
  if (!Array.isArray(list)) return `${key} is no list; write ${key}: [...].`
  const items: unknown[] = list
  const index = items.findIndex((item) => kindOf(item) !== `of type ${kind}`)
  return index < 0
    ? problemOfMaking(key, items as object[])
    : `${key}[${index}] is ${kindOf(items[index])}, not of type ${kind}.${remedyFor(items[index])}`
}

function problemOfMaking(key: string, items: readonly object[]): string | undefined {
  const { by = '', marks = [] } = MADE[key] ?? {}
  const index = items.findIndex((item) => marks.some((mark) => !(mark in item)))
  return index < 0 ? undefined : `${key}[${index}] was not made by ${by}(); give what that makes.`
}

/** What is wrong with a schema under a key, if anything. */
export function problemOfSchema(key: string, schema: unknown): string | undefined {
  if (isSchema(schema)) return undefined
  return `${key} is ${kindOf(schema)} and no schema; give one of Standard Schema, such as z.object({ ... }).${remedyFor(schema)}`
}

/** What is wrong with a function under a key, if anything. */
export function problemOfFunction(key: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'function') return undefined
  return `${key} is no function; write ${key}() { ... }.`
}

const isToken = (value: unknown) =>
  isPlainObject(value) && typeof value.name === 'string' && typeof value.key === 'symbol'

// Some libraries' schemas are functions.
const isSchema = (value: unknown) =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  '~standard' in value

const kindOf = (value: unknown) =>
  value === undefined || value === null ? String(value) : `of type ${typeof value}`
