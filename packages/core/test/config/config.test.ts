import { type } from 'arktype'
import test from 'ava'
import * as v from 'valibot'
import { z } from 'zod'
import { env, envList } from '../../src/config/env.js'
import { createForge } from '../../src/forge.js'
import { definePlugin, type Plugin } from '../../src/plugins/plugin.js'
import { captureLog } from '../../src/testing/index.js'

const { log } = captureLog()

/** A plugin that keeps the configuration it was set up with. */
function keeping<Config extends z.ZodType<object>>(config: Config, name = 'shop') {
  const kept: unknown[] = []
  const plugin = definePlugin({
    name,
    config,
    setup(context) {
      kept.push(context.config)
      return {}
    },
  })
  return { plugin, kept }
}

const create = (environment: NodeJS.ProcessEnv, ...plugins: Plugin[]) =>
  createForge({ plugins, environment, log })

test('setup is given what the schema made of the configuration', (t) => {
  const { plugin, kept } = keeping(
    z.object({ port: z.coerce.number(), host: z.string().default('::') }),
  )
  create({ PORT: '3000' }, plugin({ port: env('PORT') }))
  t.deepEqual(kept, [{ port: 3000, host: '::' }])
})

test('all problems of all plugins come together, with path and variable, and nothing is set up', (t) => {
  const shop = keeping(
    z.object({ smtp: z.object({ port: z.coerce.number() }), key: z.string() }),
    'shop',
  )
  const blog = keeping(z.object({ title: z.string().min(3) }), 'blog')
  const plugins = [
    shop.plugin({ smtp: { port: env('SMTP_PORT') }, key: env('SHOP_KEY') }),
    blog.plugin({ title: 'x' }),
  ]
  const error = t.throws(() => create({ SMTP_PORT: 'twenty' }, ...plugins), {
    code: 'CONFIG_INVALID',
  })
  t.regex(error.message, /has 3 problems; nothing/)
  t.regex(error.message, /shop\.smtp\.port \(SMTP_PORT\): Invalid input/)
  t.regex(error.message, /shop\.key \(SHOP_KEY\): is required; set the variable/)
  t.regex(error.message, /blog\.title: Too small/)
  t.deepEqual([...shop.kept, ...blog.kept], [])
})

test('values are not shown, for they may be secrets', (t) => {
  const { plugin } = keeping(z.object({ secretKey: z.string().startsWith('sk_') }))
  const error = t.throws(() => create({ KEY: 'hunter2' }, plugin({ secretKey: env('KEY') })))
  t.regex(
    error.message,
    /^The configuration has a problem; nothing was started:\n.*shop\.secretKey \(KEY\)/,
  )
  t.notRegex(error.stack ?? '', /hunter2/)
})

test('an empty variable counts as unset', (t) => {
  const { plugin, kept } = keeping(z.object({ host: z.string() }))
  create({ HOST: '' }, plugin({ host: env('HOST', () => 'localhost') }))
  t.deepEqual(kept, [{ host: 'localhost' }])
  t.throws(() => create({ HOST: '' }, plugin({ host: env('HOST') })), {
    message: /\(HOST\): is required/,
  })
})

test('a fallback is not asked for where the variable is set', (t) => {
  const { plugin, kept } = keeping(z.object({ host: z.string() }))
  create({ HOST: 'example.com' }, plugin({ host: env('HOST', () => t.fail('fallback asked')) }))
  t.deepEqual(kept, [{ host: 'example.com' }])
})

test('a list variable holds several values, without blanks and without empty ones', (t) => {
  const { plugin, kept } = keeping(z.object({ secrets: z.array(z.string()) }))
  create({ SECRETS: 'old, new,' }, plugin({ secrets: envList('SECRETS', () => []) }))
  t.deepEqual(kept, [{ secrets: ['old', 'new'] }])
})

test('a problem in a list names its variable and the place in it', (t) => {
  const { plugin } = keeping(z.object({ secrets: z.array(z.string().min(3)) }))
  t.throws(
    () => create({ SECRETS: 'long,no' }, plugin({ secrets: envList('SECRETS', () => []) })),
    {
      message: /shop\.secrets\.1 \(SECRETS\): Too small/,
    },
  )
})

test('references are found in lists, and other objects are left as they are', (t) => {
  const started = new Date()
  const { plugin, kept } = keeping(z.object({ hosts: z.array(z.string()), started: z.date() }))
  create({ A: 'a.example' }, plugin({ hosts: [env('A'), 'b.example'], started }))
  t.deepEqual(kept, [{ hosts: ['a.example', 'b.example'], started }])
})

test('a plugin whose options all have defaults needs no configuration', (t) => {
  const { plugin, kept } = keeping(z.object({ units: z.string().default('metric') }))
  create({}, plugin())
  t.deepEqual(kept, [{ units: 'metric' }])
})

test('an asynchronous schema is refused by name, beside the problems of other plugins', (t) => {
  const { plugin } = keeping(z.object({ host: z.string() }).refine(async () => true))
  const mail = definePlugin({
    name: 'mail',
    config: z.object({ port: z.number() }),
    setup: () => ({}),
  })
  const { message } = t.throws(
    () => create({}, plugin({ host: 'x' }), mail({ port: 'x' } as never)),
    {
      code: 'CONFIG_INVALID',
    },
  )
  t.regex(message, /2 problem.*plugin "shop" validates asynchronously.*mail\.port/s)
})

const SECRET = 'sk_live_51H8"x'

test('values are not shown by libraries that show them either', (t) => {
  const plugins = [
    definePlugin({
      name: 'valibot',
      config: v.object({ key: v.picklist(['a']), keys: v.array(v.number()) }),
      setup: () => ({}),
    })({ key: SECRET, keys: [SECRET] } as never),
    definePlugin({
      name: 'arktype',
      config: type({ key: '"a"', nested: { key: 'number' } }),
      setup: () => ({}),
    })({ key: SECRET, nested: { key: { deep: SECRET } } } as never),
  ]
  const { message } = t.throws(() => create({}, ...plugins))
  t.false(/sk_live|51H8/i.test(message), message)
  for (const path of ['valibot.key', 'valibot.keys.0', 'arktype.key', 'arktype.nested.key']) {
    t.true(message.includes(path), message)
  }
})

test('a value is not shown in what a library has made of it, nor a part of it', (t) => {
  const valibot = (config: v.GenericSchema<object>) =>
    definePlugin({ name: 'shop', config, setup: () => ({}) })
  const text = v.string()
  const keys = [
    v.pipe(text, v.trim(), v.url()),
    v.pipe(text, v.toUpperCase(), v.url()),
    v.pipe(text, v.startsWith('whsec_of_any_length')),
    v.pipe(text, v.endsWith('_of_any_length')),
    v.map(v.string(), v.picklist(['a'])),
  ]
  for (const key of keys) {
    const value = key.type === 'map' ? new Map([['key', SECRET]]) : ` ${SECRET}\n`
    const plugin = valibot(v.object({ key }))({ key: value })
    const { message } = t.throws(() => create({}, plugin), { code: 'CONFIG_INVALID' })
    t.false(/sk_live|51H8/i.test(message), message)
    t.true(message.includes('shop.key'), message)
  }
  const arktype = definePlugin({
    name: 'shop',
    config: type({ key: type('string.trim').to('string.email') }),
    setup: () => ({}),
  })
  const { message } = t.throws(() => create({}, arktype({ key: ` ${SECRET}\n` })))
  t.false(/sk_live|51H8/i.test(message), message)
  t.regex(message, /shop\.key: key must be an email address/)
})

test('a part of an address is not shown either', (t) => {
  const secret = new URL('postgres://me:hunter2-and-more@db.example.com/shop')
  const config = v.object({
    database: v.custom<URL>(
      () => false,
      ({ input }) => `"${(input as URL).password}"`,
    ),
  })
  const plugin = definePlugin({ name: 'shop', config, setup: () => ({}) })
  const { message } = t.throws(() => create({}, plugin({ database: secret })))
  t.regex(message, /shop\.database: "…"/)
})

test('a schema’s message of any form takes no time', (t) => {
  const schema = v.object({
    key: v.pipe(
      v.string(),
      v.check(() => false, `can't ${'\\n'.repeat(5_000)}`),
    ),
  })
  const plugin = definePlugin({ name: 'shop', config: schema, setup: () => ({}) })
  t.throws(() => create({}, plugin({ key: SECRET })), { code: 'CONFIG_INVALID' })
})

test('what is expected, and the name of a field, is shown though it is like the value', (t) => {
  const level = definePlugin({
    name: 'log',
    config: v.object({ level: v.picklist(['info', 'warn']) }),
    setup: () => ({}),
  })
  for (const given of ['INFO', 'warning']) {
    const { message } = t.throws(() => create({}, level({ level: given as 'info' })))
    t.regex(message, /"info" \| "warn"/)
    t.false(message.includes(given), message)
  }
  const hosts = definePlugin({
    name: 'hosts',
    config: z.strictObject({ hosts: z.string() }),
    setup: () => ({}),
  })
  const { message } = t.throws(() => create({}, hosts({ hosts: 'localhost', host: 'x' } as never)))
  t.regex(message, /Unrecognized key: "host"/)
})

test('what every object inherits is no variable', (t) => {
  const { plugin } = keeping(z.object({ key: z.string() }))
  const { message } = t.throws(() => create({}, plugin({ key: env('constructor') })))
  t.regex(message, /shop\.key \(constructor\): is required/)
})

test('what a schema expects is shown where it is no part of the value', (t) => {
  const config = v.object({ key: v.pipe(v.string(), v.startsWith('whsec_test_')) })
  const plugin = definePlugin({ name: 'shop', config, setup: () => ({}) })
  const { message } = t.throws(() => create({}, plugin({ key: SECRET })))
  t.regex(message, /Expected "whsec_test_" but received "…"/)
})

test('a variable may stand in for another, or for a part of what does', (t) => {
  const { plugin, kept } = keeping(
    z.object({ url: z.string(), smtp: z.object({ key: z.string() }) }),
  )
  const config = {
    url: env('URL', () => env('OLD_URL')),
    smtp: env('SMTP', () => ({ key: env('SMTP_KEY') })) as { key: string },
  }
  create({ OLD_URL: 'https://old', SMTP_KEY: 'a key' }, plugin(config))
  t.deepEqual(kept, [{ url: 'https://old', smtp: { key: 'a key' } }])
  const { message } = t.throws(() => create({}, plugin(config)), { code: 'CONFIG_INVALID' })
  t.regex(message, /shop\.url \(URL or OLD_URL\): is required/)
  t.regex(message, /shop\.smtp\.key \(SMTP_KEY\): is required/)
})

test('a plugin without a configuration is set up with an empty one', (t) => {
  const kept: object[] = []
  const plain = definePlugin({ name: 'plain', setup: ({ config }) => (kept.push(config), {}) })
  create({}, plain())
  t.deepEqual(kept, [{}])
})

test('a schema that throws is named, without the value, and hides no other problem', (t) => {
  const parsing = definePlugin({
    name: 'parsing',
    // Zod would answer with a promise here.
    config: v.object({
      json: v.pipe(
        v.string(),
        v.transform((text) => JSON.parse(text) as unknown),
      ),
    }),
    setup: () => ({}),
  })
  const strict = definePlugin({
    name: 'strict',
    config: z.object({ a: z.string() }),
    setup: () => ({}),
  })
  const { message } = t.throws(
    () => create({}, parsing({ json: 'sk_live_x' }), strict({} as never)),
    { code: 'CONFIG_INVALID' },
  )
  t.regex(message, /parsing: its schema failed/)
  t.regex(message, /strict\.a: /)
  t.false(message.includes('sk_live'), message)
})

test('a reference is no text yet, and says so where it is taken for one', (t) => {
  const host = env('HOST')
  const expected = { code: 'ENV_UNREAD', message: /^env\('HOST'\) .*by itself/ }
  t.throws(() => `http://${host}/`, expected)
  t.throws(() => 'http://' + host, expected)
  t.throws(() => Number(host), expected)
  t.throws(() => [envList('HOST', () => [])].join(), expected)
})

test('references are found in objects without a prototype, and circles are left as they are', (t) => {
  const given: unknown[] = []
  const any = definePlugin({
    name: 'any',
    config: z.unknown(),
    setup: ({ config }) => {
      given.push(config)
      return {}
    },
  })
  const bare = Object.assign(Object.create(null) as object, { key: env('KEY') })
  create({ KEY: 'k' }, any(bare))
  t.deepEqual(given, [{ key: 'k' }])
  const circle: Record<string, unknown> = { key: env('KEY') }
  circle.self = circle
  t.notThrows(() => create({ KEY: 'k' }, any(circle)))
})

test('a key called __proto__ is a key', (t) => {
  const config = JSON.parse('{ "__proto__": { "admin": true } }') as object
  const any = definePlugin({
    name: 'any',
    config: z.unknown(),
    setup: ({ config }) => {
      t.is((config as { admin?: boolean }).admin, undefined)
      return {}
    },
  })
  create({}, any(config))
  t.is(({} as { admin?: boolean }).admin, undefined)
})

test('a reference in a Map is not read, and refused by a schema that says what is in there', (t) => {
  const { plugin } = keeping(z.object({ keys: z.map(z.string(), z.string()) }))
  t.throws(() => create({ KEY: 'k' }, plugin({ keys: new Map([['one', env('KEY')]]) })), {
    code: 'CONFIG_INVALID',
    message: /shop\.keys\.one: /,
  })
})
