import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { z } from 'zod'
import { VERSION } from '../src/core-copy.js'
import { createForge } from '../src/forge.js'
import { definePlugin } from '../src/plugin.js'

test('the version that the code knows is that of the package', async (t) => {
  const file = new URL('../../package.json', import.meta.url)
  t.is(VERSION, (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version)
})

test('a plugin made with a second copy of core is refused, with the versions and places of both', async (t) => {
  const folder = await mkdtemp(join(import.meta.dirname, 'copy-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await cp(join(import.meta.dirname, '../src'), folder, { recursive: true })
  const version = join(folder, 'core-copy.js')
  await writeFile(version, (await readFile(version, 'utf8')).replace(VERSION, '9.9.9'))
  const other = (await import(join(folder, 'index.js'))) as { definePlugin: typeof definePlugin }

  const config = z.object({ city: z.string() })
  // Also where something else is wrong, which may come of just that.
  const ours = definePlugin({ name: 'ours', config, setup: () => ({}) })
  const theirs = other.definePlugin({ name: 'theirs', setup: () => t.fail('it was set up') })
  const error = t.throws(() => createForge({ plugins: [ours({ city: 7 as never }), theirs()] }), {
    code: 'PLUGINS_MISFIT',
  })
  t.regex(error.message, /"theirs" was made with another copy .*\(9\.9\.9, file:.*copy-.*\)/)
  t.true(error.message.includes(`(${VERSION}, file:`))
  t.false(error.message.includes('"ours"'))
})
