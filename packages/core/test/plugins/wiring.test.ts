import test from 'ava'
import { createForge } from '../../src/forge.js'
import type { Contributions } from '../../src/plugins/contributions.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { token } from '../../src/plugins/token.js'
import { captureLog } from '../../src/testing/index.js'

interface Clock {
  now(): string
}
const Clock = token<Clock>('Clock')
const { log } = captureLog()

const clock = definePlugin({
  name: 'clock',
  provides: { clock: Clock },
  setup: () => ({ services: { clock: { now: () => 'noon' } } }),
})

test('setup is given its services under the names it chose', (t) => {
  const seen: string[] = []
  const reader = definePlugin({
    name: 'reader',
    requires: { time: Clock },
    setup({ time }) {
      seen.push(time.now())
      return {}
    },
  })
  createForge({ plugins: [reader(), clock()], log })
  t.deepEqual(seen, ['noon'])
})

test('an optional service is there where some plugin provides it, and undefined where none does', (t) => {
  const seen: (string | undefined)[] = []
  const reader = definePlugin({
    name: 'reader',
    optional: { time: Clock },
    setup({ time }) {
      seen.push(time?.now())
      return {}
    },
  })
  createForge({ plugins: [reader()], log })
  createForge({ plugins: [reader(), clock()], log })
  t.deepEqual(seen, [undefined, 'noon'])
})

test('nothing is set up where the plugins do not fit together', (t) => {
  const first = definePlugin({ name: 'first', setup: () => t.fail('setup ran') })
  const broken = definePlugin({ name: 'broken', requires: { time: Clock }, setup: () => ({}) })
  t.throws(() => createForge({ plugins: [first(), broken()], log }), { code: 'PLUGINS_MISFIT' })
})

test("an error in setup carries the plugin's name and its cause", (t) => {
  const cause = new Error('no such folder')
  const broken = definePlugin({
    name: 'broken',
    setup() {
      throw cause
    },
  })
  const error = t.throws(() => createForge({ plugins: [broken()], log }), { code: 'PLUGIN_FAILED' })
  t.is(error.message, 'Plugin "broken" failed to set up: no such folder')
  t.is(error.cause, cause)
})

test('a service that setup declares but does not return is refused', (t) => {
  const lazy = definePlugin({
    name: 'lazy',
    provides: { clock: Clock },
    // What only a program without types can write.
    setup: () => ({ services: {} }) as { services: { clock: Clock } },
  })
  const error = t.throws(() => createForge({ plugins: [lazy()], log }), { code: 'PLUGIN_INVALID' })
  t.regex(error.message, /"lazy".*provides Clock.*services\.clock/)
})

test('a contribution that nothing reads is refused, which catches a misspelt key', (t) => {
  const misspelt = { agnets: [] } as Contributions
  const typo = definePlugin({ name: 'typo', setup: () => misspelt })
  const error = t.throws(() => createForge({ plugins: [typo()], log }), { code: 'PLUGIN_INVALID' })
  t.regex(error.message, /Plugin "typo": nothing reads its contribution "agnets"/)
})

test('a contribution is accepted where some plugin collects its key', (t) => {
  const key = 'agnets' as keyof Contributions
  const typo = definePlugin({ name: 'typo', setup: () => ({ agnets: [] }) as Contributions })
  const host = definePlugin({ name: 'host', collects: [key], setup: () => ({}) })
  t.notThrows(() => createForge({ plugins: [typo(), host()], log }))
})

test('contributions cannot be read during setup, when not all of them are there', (t) => {
  const eager = definePlugin({
    name: 'eager',
    setup({ forge }) {
      forge.all('agents')
      return {}
    },
  })
  const error = t.throws(() => createForge({ plugins: [eager()], log }))
  t.regex(error.message, /Plugin "eager" failed to set up: all\('agents'\) was called during setup/)
})

test('from start on, a plugin reads the contributions of all plugins in their order', async (t) => {
  const check = async () => undefined
  const contributor = (name: string) =>
    definePlugin({ name, setup: () => ({ health: [{ name, check }] }) })()
  const found: string[] = []
  const host = definePlugin({
    name: 'host',
    setup: ({ forge }) => ({
      start() {
        const names = forge.all('health').map(({ plugin, value }) => `${plugin}:${value[0]?.name}`)
        found.push(...names)
      },
    }),
  })
  const forge = createForge({ plugins: [contributor('one'), host(), contributor('two')], log })
  await forge.start()
  await forge.stop()
  t.deepEqual(found, ['one:one', 'two:two'])
})

test('a contribution may be a getter that asks for what others contribute', (t) => {
  const host = definePlugin({
    name: 'host',
    setup: ({ forge }) => ({
      get commands() {
        const checks = forge.all('health').flatMap(({ value }) => value)
        const run = async () => undefined
        return checks.map(({ name }) => ({ name: `check:${name}`, description: name, run }))
      },
    }),
  })
  const check = async () => undefined
  const other = definePlugin({
    name: 'other',
    setup: () => ({ health: [{ name: 'disk', check }] }),
  })
  const forge = createForge({ plugins: [host(), other()], log })
  t.deepEqual(
    forge.all('commands').flatMap(({ value }) => value.map(({ name }) => name)),
    ['check:disk'],
  )
})

test("a plugin's log lines carry its name", (t) => {
  const captured = captureLog()
  const talker = definePlugin({
    name: 'talker',
    setup({ log }) {
      log.info('hello')
      return {}
    },
  })
  createForge({ plugins: [talker()], log: captured.log })
  t.like(JSON.parse(captured.lines[0] ?? ''), { plugin: 'talker', msg: 'hello' })
})

test('a setup that returns a promise or nothing, which would contribute nothing, is refused', (t) => {
  for (const [setup, message] of [
    [async () => ({}), /start\(\)/],
    [() => undefined, /\{\}/],
    [() => null, /\{\}/],
  ] as const) {
    const hasty = definePlugin({
      name: 'hasty',
      setup: setup as unknown as () => Record<never, never>,
    })
    t.throws(() => createForge({ plugins: [hasty()], log: captureLog().log }), {
      code: 'PLUGIN_INVALID',
      message,
    })
  }
})

test('what every object inherits is no service', (t) => {
  const Text = token<() => string>('Text')
  const inheriting = definePlugin({
    name: 'inheriting',
    provides: { toString: Text },
    setup: () => ({ services: {} }),
  })
  t.throws(() => createForge({ plugins: [inheriting()], log: captureLog().log }), {
    code: 'PLUGIN_INVALID',
    message: /services\.toString/,
  })
})

test('a service that is null is as good as none', (t) => {
  const empty = definePlugin({
    name: 'empty',
    provides: { clock: Clock },
    setup: () => ({ services: { clock: null as unknown as Clock } }),
  })
  t.throws(() => createForge({ plugins: [empty()], log }), {
    code: 'PLUGIN_INVALID',
    message: /"empty": it declares that it provides Clock/,
  })
})

test('a service that is not declared is refused, since nobody could ask for it', (t) => {
  const services = { clock: { now: () => 'noon' }, calendar: {} }
  const generous = definePlugin({
    name: 'generous',
    provides: { clock: Clock },
    setup: () => ({ services }),
  })
  t.throws(() => createForge({ plugins: [generous()], log }), {
    code: 'PLUGIN_INVALID',
    message: /"generous": setup\(\) returned services\.calendar/,
  })
})

test('what every object inherits is no contribution', (t) => {
  const plain = definePlugin({ name: 'plain', setup: () => ({}) })
  for (const key of ['constructor', 'toString', '__proto__']) {
    t.deepEqual(createForge({ plugins: [plain()], log }).all(key as never), [])
  }
})

test('a contribution that is undefined is none, whoever reads it', (t) => {
  const modest = definePlugin({
    name: 'modest',
    setup: () => ({ routes: undefined }) as Contributions,
  })
  t.notThrows(() => createForge({ plugins: [modest()], log }))
})

for (const [key, maker] of [
  ['agents', 'defineAgent'],
  ['tools', 'defineTool'],
  ['on', 'on'],
] as const) {
  test(`a contribution to ${key} that ${maker}() was not given is named by its place`, (t) => {
    const definition = { name: 'echo', description: 'Answers.', run: () => null }
    const contributions = { [key]: [definition] } as Contributions
    const plugin = definePlugin({ name: 'hasty', setup: () => contributions })
    t.throws(() => createForge({ plugins: [plugin()], log }), {
      code: 'PLUGIN_INVALID',
      message: new RegExp(`^Plugin "hasty": ${key}\\[0\\] was not made by ${maker}\\(\\)`),
    })
  })
}

test('plugins that are no list are told so, and the list of those that are in cannot be changed', (t) => {
  for (const plugins of [undefined, clock(), 'clock'] as never[])
    t.throws(() => createForge({ plugins, log }), {
      code: 'PLUGINS_MISFIT',
      message: /plugins is no list; write plugins: \[/,
    })
  t.true(Object.isFrozen(createForge({ plugins: [], log }).plugins))
})

test('what is no plugin is told so, all at once', (t) => {
  const plugins = [clock, undefined, { definition: { name: 'own' } }, clock()] as never
  const error = t.throws(() => createForge({ plugins, log }), { code: 'PLUGINS_MISFIT' })
  t.regex(error.message, /plugins\[0\] is a plugin's function; call it/)
  t.regex(error.message, /plugins\[1\] is no plugin/)
  t.regex(error.message, /plugins\[2\] is no plugin/)
  t.notRegex(error.message, /plugins\[3\]/)
})

test('find() during setup does not say that there is none, where one may be provided later', async (t) => {
  let find: () => Clock | undefined = () => t.fail('setup did not run')
  const reader = definePlugin({
    name: 'reader',
    setup({ forge }) {
      find = () => forge.find(Clock)
      t.throws(find, { code: 'SETUP_INCOMPLETE', message: /find\(Clock\)/ })
      return {}
    },
  })
  createForge({ plugins: [reader(), clock()], log })
  t.is(find()?.now(), 'noon')
  createForge({ plugins: [reader()], log })
  t.is(find(), undefined)
})

for (const key of [
  'agents',
  'tools',
  'on',
  'interceptors',
  'observers',
  'commands',
  'health',
] as const) {
  test(`${key} that are no list, or have a gap, are refused by plugin and key`, (t) => {
    const create = (value: unknown) => {
      const broken = definePlugin({ name: 'broken', setup: () => ({ [key]: value }) })
      createForge({ plugins: [clock(), broken()], log })
    }
    const refused = (value: unknown, problem: string) => {
      const { message } = t.throws(() => create(value), { code: 'PLUGIN_INVALID' })
      t.true(message.startsWith(`Plugin "broken": ${key}${problem}`), message)
    }
    for (const none of [{ name: 'one' }, 'one', null, new Set()]) refused(none, ' is no list')
    refused([undefined], '[0] is undefined')
    refused([null], '[0] is null')
    refused([() => ({})], '[0] is of type function')
    t.notThrows(() => create([]))
    t.notThrows(() => create(undefined))
  })
}

for (const phase of ['start', 'serve'] as const) {
  test(`${phase} that is no function is refused before anything starts`, (t) => {
    const stop = async () => undefined
    const broken = definePlugin({ name: 'broken', setup: () => ({ [phase]: { stop } }) })
    t.throws(() => createForge({ plugins: [broken()], log }), {
      code: 'PLUGIN_INVALID',
      message: new RegExp(`^Plugin "broken": ${phase} is no function`),
    })
  })
}

test('a getter that fails is named with its plugin', (t) => {
  const broken = definePlugin({
    name: 'broken',
    setup: () => ({
      get agents(): never {
        throw new Error('no such folder')
      },
    }),
  })
  t.throws(() => createForge({ plugins: [broken()], log }), {
    code: 'PLUGIN_FAILED',
    message: 'Plugin "broken" failed to set up: no such folder',
  })
})

test('a contribution on a prototype, whose misspelt neighbour nobody would miss, is refused', (t) => {
  class Shop {
    get helath() {
      return []
    }
    start() {
      return t.fail('it was started')
    }
  }
  const create = (contributions: object) => {
    const shop = definePlugin({ name: 'shop', setup: () => contributions as Contributions })
    createForge({ plugins: [shop()], log })
  }
  for (const contributions of [new Shop(), Object.create({ start: () => undefined }) as object, []])
    t.throws(() => create(contributions), {
      code: 'PLUGIN_INVALID',
      message: /^Plugin "shop": setup\(\) has to return a plain object/,
    })
  t.notThrows(() => create(Object.assign(Object.create(null) as object, { health: [] })))
})
