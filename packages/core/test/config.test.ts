import test from 'ava'
import { z } from 'zod'
import { env, envList } from '../src/env.js'
import { createForge } from '../src/forge.js'
import { definePlugin, type Plugin } from '../src/plugin.js'
import { captureLog } from '../src/testing/index.js'

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
  t.regex(error.message, /has 3 problem\(s\)/)
  t.regex(error.message, /shop\.smtp\.port \(SMTP_PORT\): Invalid input/)
  t.regex(error.message, /shop\.key \(SHOP_KEY\): is required; set the variable/)
  t.regex(error.message, /blog\.title: Too small/)
  t.deepEqual([...shop.kept, ...blog.kept], [])
})

test('values are not shown, for they may be secrets', (t) => {
  const { plugin } = keeping(z.object({ secretKey: z.string().startsWith('sk_') }))
  const error = t.throws(() => create({ KEY: 'hunter2' }, plugin({ secretKey: env('KEY') })))
  t.regex(error.message, /shop\.secretKey \(KEY\)/)
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

test('an asynchronous schema is refused by name', (t) => {
  const { plugin } = keeping(z.object({ host: z.string() }).refine(async () => true))
  t.throws(() => create({}, plugin({ host: 'x' })), {
    code: 'SCHEMA_ASYNC',
    message: /plugin "shop"/,
  })
})
