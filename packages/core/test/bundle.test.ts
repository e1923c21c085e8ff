import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { build } from 'esbuild'

const CORE = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

interface Manifest {
  exports: Record<string, Record<'types' | 'default', string>>
}

test('what is published holds the files that the entrances of the package name', async (t) => {
  const { exports } = JSON.parse(await readFile(`${CORE}/package.json`, 'utf8')) as Manifest
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], { cwd: CORE })
  const [packed] = Object.values(JSON.parse(stdout) as object) as { files: { path: string }[] }[]
  const published = packed?.files.map(({ path }) => `./${path}`)
  const named = Object.values(exports).flatMap((entrance) => [entrance.types, entrance.default])
  t.deepEqual(
    named.filter((file) => !published?.includes(file)),
    [],
  )
})

test('importing core loads a few files, and not one for each of its modules', async (t) => {
  const code = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import('@titanforge/core')
    console.log(loaded.filter((url) => !url.includes('node_modules') && url.startsWith('file:')).join('\\n'))`
  const args = ['--input-type=module', '--eval', code]
  const { stdout } = await run(process.execPath, args, { cwd: CORE })
  const files = stdout.trim().split('\n')
  t.true(files.every((file) => file.includes('/dist/bundle/')))
  t.true(files.length <= 5, stdout)
})

for (const format of ['esm', 'cjs'] as const) {
  test(`an application that is bundled as ${format} runs beside the packages that core loads late`, async (t) => {
    const folder = await mkdtemp(join(import.meta.dirname, 'bundled-'))
    t.teardown(() => rm(folder, { recursive: true }))
    const outfile = join(folder, format === 'cjs' ? 'app.cjs' : 'app.mjs')
    const contents = `
      import { createForge, defineAgent } from '@titanforge/core'
      import { z } from 'zod'
      const agent = defineAgent({
        name: 'a', description: 'A.', input: z.string(), output: z.string(), run: (text) => text,
      })
      createForge({ plugins: [] }).run(agent, 'hello').then(console.log)`
    await build({
      stdin: { contents, resolveDir: CORE },
      bundle: true,
      platform: 'node',
      format,
      outfile,
      logLevel: 'silent',
    })
    const { stdout } = await run(process.execPath, [outfile])
    t.is(stdout, 'hello\n')
  })
}

test('a program without a file of its own imports core', async (t) => {
  const program = `import('@titanforge/core').then(({ createForge }) => console.log(typeof createForge))`
  const { stdout } = await run(process.execPath, ['--eval', program], { cwd: CORE })
  t.is(stdout, 'function\n')
})
