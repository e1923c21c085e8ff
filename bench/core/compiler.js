import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from '../compare.js'
import { goal } from '../goal.js'

const TOOLS = 200
const ROUNDS = 9
const MOST_MB = 150
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc')

const schemas = (i) => `
  input: z.object({
    order${i}: z.string().min(1),
    count: z.number().int().default(1),
    kind: z.enum(['new', 'used']).optional(),
  }),
  output: z.object({ found${i}: z.boolean(), price: z.number() }),`

const tool = (i) => `
export const tool${i} = defineTool({
  name: 'tool_${i}',
  description: 'Looks an order up.',
  effect: 'read',${schemas(i)}
  run: async ({ order${i}, count }) => ({ found${i}: order${i} !== '', price: 100 * count }),
})`

/** The same schemas, and their types asked for: what Zod takes with no library of tools. */
const schemasAlone = (i) => `
const schemas${i} = {${schemas(i)} }
export const run${i} = async ({ order${i}, count }: z.output<(typeof schemas${i})['input']>):
  Promise<z.input<(typeof schemas${i})['output']>> =>
  ({ found${i}: order${i} !== '', price: 100 * count })`

const all = (one) => Array.from({ length: TOOLS }, (_, i) => one(i)).join('\n')
const programs = {
  'Zod alone': `import { z } from 'zod'\n${all(schemasAlone)}`,
  'titanforge tools': `import { defineTool } from '@titanforge/core'
import { z } from 'zod'\n${all(tool)}`,
}

const OPTIONS = ['--noEmit', '--strict', '--skipLibCheck', '--types', 'node', '--lib', 'es2024']
OPTIONS.push('--target', 'es2023', '--module', 'nodenext', '--ignoreConfig')

/** Megabytes that the compiler says it used. */
function memoryOf(folder, file) {
  const args = [TSC, ...OPTIONS, '--extendedDiagnostics', file]
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder })
  if (status !== 0) throw new Error(stdout)
  return Number(/Memory used: +(\d+)K/.exec(stdout)[1]) / 1000
}

/** What the compiler takes to check many tools. */
export function reportCompiler() {
  const folder = mkdtempSync(join(tmpdir(), 'titanforge-compile-'))
  symlinkSync(MODULES, join(folder, 'node_modules'), 'junction')
  console.log(`\ncompiler memory for ${TOOLS} tools with Zod, ${ROUNDS} rounds`)
  try {
    for (const [name, source] of Object.entries(programs)) {
      const file = join(folder, `${name.replace(' ', '-')}.ts`)
      writeFileSync(file, source)
      const used = median(Array.from({ length: ROUNDS }, () => memoryOf(folder, file)))
      console.log(`  ${name.padEnd(28)} ${used.toFixed(0)} MB`)
      if (name !== 'titanforge tools') continue
      goal(`${MOST_MB} MB or less`, used <= MOST_MB, used.toFixed(0))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
