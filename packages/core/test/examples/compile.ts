import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2024.d.ts'],
  module: ts.ModuleKind.NodeNext,
  strict: true,
  noUncheckedIndexedAccess: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  types: ['node'],
}

/**
 * Compiles programs as a stranger would.
 *
 * @param folder where they are written to.
 * @param programs by file name, without an ending.
 * @returns what the compiler says of each that it says anything of.
 */
export function compile(folder: string, programs: ReadonlyMap<string, string>) {
  const files = new Map([...programs].map(([name, code]) => [join(folder, `${name}.ts`), code]))
  for (const [file, code] of files) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, code)
  }
  const program = ts.createProgram([...files.keys()], OPTIONS)
  const { diagnostics } = program.emit()
  const problems = new Map<string, string[]>()
  for (const { file, messageText } of [...ts.getPreEmitDiagnostics(program), ...diagnostics]) {
    const name = [...programs.keys()].find((one) => file?.fileName === join(folder, `${one}.ts`))
    const text = ts.flattenDiagnosticMessageText(messageText, '\n')
    const key = name ?? ''
    problems.set(key, [...(problems.get(key) ?? []), text])
  }
  return problems
}
