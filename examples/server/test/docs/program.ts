import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { read, ROOT } from './pages.js'

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2024.d.ts'],
  module: ts.ModuleKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
}

/** A line that says what it comes to: `features // ['research']`. */
const PROMISE = /^(\w.*\S) \/\/ (['[{\d].*|true|false|undefined)$/gm

/** The TypeScript of a page, as one program. */
const programOf = (page: string) =>
  [...read(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code).join('\n')

const fileOf = (page: string) =>
  join(ROOT, 'examples/server/dist/docs', `${page.replace(/\W+/g, '-').toLowerCase()}.ts`)

/**
 * Compiles the programs of pages as somebody who has installed the packages would.
 *
 * @returns what the compiler says about each page.
 */
export function compilePages(pages: readonly string[]): Map<string, string[]> {
  for (const page of pages) {
    const file = fileOf(page)
    mkdirSync(dirname(file), { recursive: true })
    const program = programOf(page).replace(PROMISE, 'same($1, $2)')
    writeFileSync(file, `import { deepStrictEqual as same } from 'node:assert'\n${program}`)
  }
  const compiled = ts.createProgram(pages.map(fileOf), OPTIONS)
  const all = [...ts.getPreEmitDiagnostics(compiled), ...compiled.emit().diagnostics]
  const problemsOf = (page: string) =>
    all
      .filter(({ file }) => file === undefined || file.fileName === fileOf(page))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  return new Map(pages.map((page) => [page, problemsOf(page)]))
}

/** The compiled program of a page. */
export const scriptOf = (page: string): string => fileOf(page).replace(/ts$/, 'js')
