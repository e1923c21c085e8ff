import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { z } from 'zod'
import type * as Core from '../../src/index.js'
import { createForge, defineAgent, definePlugin, ForgeError } from '../../src/index.js'
import { VERSION } from '../../src/plugins/core-copy.js'
import { captureLog } from '../../src/testing/index.js'

/** Another copy of this package, of another version. */
async function secondCopy(t: ExecutionContext): Promise<typeof Core> {
  const folder = await mkdtemp(join(import.meta.dirname, 'copy-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await cp(join(import.meta.dirname, '../../src'), folder, { recursive: true })
  const version = join(folder, 'plugins/core-copy.js')
  await writeFile(version, (await readFile(version, 'utf8')).replace(VERSION, '9.9.9'))
  return (await import(join(folder, 'index.js'))) as typeof Core
}

test('the version that the code knows is that of the package', async (t) => {
  const file = new URL('../../../package.json', import.meta.url)
  t.is(VERSION, (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version)
})

test('a plugin made with a second copy of core is refused, with the versions and places of both', async (t) => {
  const other = await secondCopy(t)

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

test('an error of a second copy is known as one, and nothing else is', async (t) => {
  const other = await secondCopy(t)
  class OwnError extends ForgeError {}
  const theirs: unknown = new other.ForgeError('TAKEN', 'It is taken.', { status: 409 })
  t.true(theirs instanceof ForgeError)
  t.true(new ForgeError('TAKEN', 'It is taken.') instanceof other.ForgeError)
  t.false(theirs instanceof OwnError)
  t.true(new OwnError('TAKEN', 'It is taken.') instanceof OwnError)
  for (const none of [new Error('TAKEN'), { code: 'TAKEN', status: 409 }, 'TAKEN', null, undefined])
    t.false(none instanceof ForgeError)
  t.false(Object.keys(theirs as object).some((key) => key.includes('titanforge')))
})

test('a tool of a second copy that says its caller is wrong is not called again', async (t) => {
  const other = await secondCopy(t)
  const errors = other.defineErrors({ CITY_UNKNOWN: { status: 400, message: () => 'No city.' } })
  let calls = 0
  const forecast = other.defineTool({
    name: 'forecast',
    description: 'Tells the weather.',
    effect: 'read',
    input: z.string(),
    output: z.string(),
    run() {
      calls++
      throw errors.CITY_UNKNOWN()
    },
  })
  const packer = defineAgent({
    name: 'packer',
    description: 'Packs.',
    input: z.string(),
    output: z.string(),
    tools: [forecast],
    run: (city, ctx) => ctx.tool(forecast, city),
  })
  await t.throwsAsync(createForge({ plugins: [], log: captureLog().log }).run(packer, 'Atlantis'), {
    code: 'CITY_UNKNOWN',
  })
  t.is(calls, 1)
})

test('a variable that a second copy refers to is read, and missed, as one of this copy', async (t) => {
  const other = await secondCopy(t)
  const given: unknown[] = []
  const shop = definePlugin({
    name: 'shop',
    config: z.unknown(),
    setup({ config }) {
      given.push(config)
      return {}
    },
  })
  const config = {
    key: other.env('KEY'),
    hosts: [other.env('HOST', () => 'localhost')],
    keys: other.envList('KEYS', () => []),
  }
  createForge({ plugins: [shop(config)], environment: { KEY: 'k', KEYS: 'a, b' } })
  t.deepEqual(given, [{ key: 'k', hosts: ['localhost'], keys: ['a', 'b'] }])
  t.throws(() => createForge({ plugins: [shop(config)], environment: {} }), {
    code: 'CONFIG_INVALID',
    message: /shop\.key \(KEY\): is required; set the variable/,
  })
  t.is(given.length, 1)
})
