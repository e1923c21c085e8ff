// Shorter values are no secrets, and would be found in any sentence.
const SHORTEST = 3

// Parts of a text, and other spellings of it, are looked for from here on: shorter ones may be what is expected,
// such as "info" where INFO was given.
const SHORTEST_PART = 8

// What a library quotes, as in `Expected "a" but received "b"`. There is one way to read each character, so that
// a mark without its second costs no more than a look at the rest.
const QUOTED = /(["'`])((?:\\.|(?!\1)[^\\]|\\(?=\1))+)\1/gs

/**
 * A message without the texts and numbers of a value. Some libraries of schemas tell what they were given, or
 * what they have made of it, and what they were given may be a secret.
 */
export function withoutValues(message: string, value: unknown): string {
  const texts = leavesOf(value).filter((text) => text.length >= SHORTEST)
  const forms = texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)])
  // The longest first, so that nothing is left of one that begins like another.
  const ordered = forms.sort((a, b) => b.length - a.length)
  const told = ordered.reduce((hidden, text) => hidden.replaceAll(asWord(text), '…'), message)
  const keys = keysOf(value)
  return told.replace(QUOTED, (quoted, mark: string, inside: string) =>
    !keys.has(inside) && forms.some((form) => isOf(inside, form)) ? `${mark}…${mark}` : quoted,
  )
}

/** Whether it is the text but for blanks around it, a part of it, or the text a part of it, also in another case. */
function isOf(part: string, text: string): boolean {
  const [a, b] = [part.trim(), text.trim()]
  if (a === b) return true
  if (Math.min(a.length, b.length) < SHORTEST_PART) return false
  const [lowerA, lowerB] = [a.toLowerCase(), b.toLowerCase()]
  return lowerA.includes(lowerB) || lowerB.includes(lowerA)
}

/** What stands at a path such as `smtp.port`; the whole, where nothing does. */
export function valueAt(value: unknown, path: string): unknown {
  let found = value
  for (const key of path.split('.').filter(Boolean)) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return value
    found = (found as Record<string, unknown>)[key]
  }
  return found
}

function leavesOf(value: unknown, above: readonly unknown[] = []): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'bigint') return [String(value)]
  if (typeof value !== 'object' || value === null || above.includes(value)) return []
  if (value instanceof URL) return [value.href]
  const items = value instanceof Map || value instanceof Set ? [...value] : Object.values(value)
  return items.flatMap((item) => leavesOf(item, [...above, value]))
}

/** The names of its fields, which a message may need to show. */
function keysOf(value: unknown, above: readonly unknown[] = []): Set<string> {
  if (typeof value !== 'object' || value === null || above.includes(value)) return new Set()
  const below = Object.values(value).flatMap((item) => [...keysOf(item, [...above, value])])
  return new Set([...Object.keys(value), ...below])
}

/** Finds the text, but not inside a longer word. */
const asWord = (text: string) =>
  new RegExp(`(?<!\\w)${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'g')
