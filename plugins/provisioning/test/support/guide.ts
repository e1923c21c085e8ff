import { readFileSync } from 'node:fs'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import ts from 'typescript'

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2024.d.ts'],
  module: ts.ModuleKind.NodeNext,
  strict: true,
  useUnknownInCatchVariables: false,
  skipLibCheck: true,
  types: ['node'],
}

/** A line that says what it comes to: `features // ['research']`. */
const PROMISE = /^(\w.*\S) \/\/ (['[{\d].*)$/gm

/**
 * Compiles the blocks of a page as one program, and makes it keep what its comments promise.
 *
 * @param target where it is written to, a `.ts` file.
 * @returns what the compiler says about it.
 */
export function compileGuide(page: string, target: string): string[] {
  const text = readFileSync(page, 'utf8')
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  const program = blocks.join('\n').replace(PROMISE, 'same($1, $2)')
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, `import { deepStrictEqual as same } from 'node:assert'\n${program}`)
  const compiler = ts.createProgram([target], OPTIONS)
  const { diagnostics } = compiler.emit()
  return [...ts.getPreEmitDiagnostics(compiler), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  )
}
