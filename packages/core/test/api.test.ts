import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import ts from 'typescript'
import { apiReport } from './examples/api-report.js'
import { publicNames } from './examples/public-names.js'

// A change of these reports is a change of what every plugin is written against. `UPDATE_API=1` before the
// test's command writes them anew; look at the difference.
const ENTRANCES = {
  core: 'index',
  'core-bus': 'bus',
  'core-currency': 'currency',
  'core-testing': 'testing/index',
}

const pathTo = (file: string) => fileURLToPath(new URL(file, import.meta.url))

for (const [name, entrance] of Object.entries(ENTRANCES)) {
  test(`the public surface is that of api/${name}.txt`, async (t) => {
    const declarations = pathTo(`../src/${entrance}.d.ts`)
    const file = pathTo(`../../api/${name}.txt`)
    const report = apiReport(declarations, pathTo('../src/index.d.ts'))
    if (process.env.UPDATE_API) writeFileSync(file, report)
    t.is(report, readFileSync(file, 'utf8'), 'see UPDATE_API in test/api.test.ts')
    const values = publicNames(declarations).filter(({ isValue }) => isValue)
    const module = (await import(`../src/${entrance}.js`)) as object
    t.deepEqual(
      Object.keys(module).sort(),
      values.map((one) => one.name),
    )
  })
}

test('the declarations need neither the types of Node.js nor a compiler that skips them', (t) => {
  const entrances = Object.values(ENTRANCES).map((entrance) => pathTo(`../src/${entrance}.d.ts`))
  const program = ts.createProgram(entrances, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    types: [],
  })
  const told = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
  t.deepEqual(told, [])
  const read = program.getSourceFiles().filter((file) => !program.isSourceFileDefaultLibrary(file))
  t.deepEqual(
    read.map(({ fileName }) => fileName).filter((name) => !name.includes('/core/dist/src/')),
    [],
  )
})
