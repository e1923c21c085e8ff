import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { testDatabase } from '@titanforge/database/testing'
import test from 'ava'
import ts from 'typescript'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2024.d.ts'],
  module: ts.ModuleKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
}

test('the program of the guide compiles as a stranger would compile it, and runs', async (t) => {
  const page = readFileSync(path('../../../../docs/guide/workflows.md'), 'utf8')
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  t.is(blocks.length, 3)
  const folder = path('../guide')
  const file = `${folder}/workflows.ts`
  mkdirSync(folder, { recursive: true })
  // What it prints is what the test looks at.
  const program = blocks.join('\n').replace('console.log(', 'export const printed = (')
  writeFileSync(file, program)
  const compiled = ts.createProgram([file], OPTIONS)
  const { diagnostics } = compiled.emit()
  const problems = [...ts.getPreEmitDiagnostics(compiled), ...diagnostics]
  t.deepEqual(
    problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    [],
  )

  const { url, drop } = await testDatabase()
  t.teardown(drop)
  process.env['DATABASE_URL'] = url
  const { printed } = (await import(pathToFileURL(file.replace('.ts', '.js')).href)) as {
    printed: boolean
  }
  t.true(printed)
})
