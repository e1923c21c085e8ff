/** A piece of documentation that is a program. */
export interface Example {
  /** Where it stands, such as `src/token.ts:27`. */
  place: string
  code: string
}

const TAG = /^\s*\* @(?:example|param|returns|see|throws)\b/

/**
 * The `@example`s of a source file. They import nothing: every name of the package, `z` of Zod and `test`
 * of AVA are at hand.
 */
export function examplesOf(path: string, source: string): Example[] {
  const lines = source.split('\n')
  return lines.flatMap((line, index) => {
    if (!/^\s*\* @example\b/.test(line)) return []
    const rest = lines.slice(index + 1)
    const end = rest.findIndex((later) => TAG.test(later) || later.trim() === '*/')
    const code = rest.slice(0, end).map((later) => later.replace(/^\s*\* ?/, ''))
    return [{ place: `${path}:${index + 1}`, code: code.join('\n') }]
  })
}

/** The blocks of a page, one after the other, are one program. AVA's `test` is at hand: see there why. */
export function programOf(path: string, page: string): Example {
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  return { place: path, code: blocks.join('\n').replace("import test from 'ava'\n", '') }
}
