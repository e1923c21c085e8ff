import test from 'ava'
import fc from 'fast-check'
import { orderPlugins } from '../../src/plugins/plugin-order.js'
import { definePlugin, type Plugin } from '../../src/plugins/plugin.js'
import { token, type Tokens } from '../../src/plugins/token.js'

interface Uses {
  requires?: string[]
  optional?: string[]
  provides?: string[]
}

const tokens = (names: string[] = []): Tokens =>
  Object.fromEntries(names.map((name) => [name, token<object>(name)]))

function plugin(name: string, uses: Uses = {}): Plugin {
  const [requires, optional, provides] = [uses.requires, uses.optional, uses.provides].map(tokens)
  return definePlugin({ name, requires, optional, provides, setup: () => t_unreachable() })()
}

const t_unreachable = (): never => {
  throw new Error('ordering must not run setup')
}

const namesOf = (plugins: readonly Plugin[]) => plugins.map((p) => p.definition.name)

test('a provider comes before those who require it, wherever it is listed', (t) => {
  const ordered = orderPlugins([
    plugin('shop', { requires: ['Mailer', 'Users'] }),
    plugin('mail', { provides: ['Mailer'], requires: ['Users'] }),
    plugin('users', { provides: ['Users'] }),
  ])
  t.deepEqual(namesOf(ordered), ['users', 'mail', 'shop'])
})

test('plugins that do not need each other keep the order in which they are listed', (t) => {
  const ordered = orderPlugins([plugin('c'), plugin('a'), plugin('b')])
  t.deepEqual(namesOf(ordered), ['c', 'a', 'b'])
})

test('an optional provider comes first where it is there, and is not missed where it is not', (t) => {
  const shop = plugin('shop', { optional: ['Mailer'] })
  t.deepEqual(namesOf(orderPlugins([shop])), ['shop'])
  t.deepEqual(namesOf(orderPlugins([shop, plugin('mail', { provides: ['Mailer'] })])), [
    'mail',
    'shop',
  ])
})

test('every gap, double provider, double name and cycle is named at once, with both plugins', (t) => {
  const plugins = [
    plugin('shop', { requires: ['Payments'] }),
    plugin('smtp', { provides: ['Mailer'] }),
    plugin('sendmail', { provides: ['Mailer'] }),
    plugin('twin'),
    plugin('twin'),
    plugin('hen', { requires: ['Egg'], provides: ['Hen'] }),
    plugin('egg', { requires: ['Hen'], provides: ['Egg'] }),
  ]
  const error = t.throws(() => orderPlugins(plugins), { code: 'PLUGINS_MISFIT' })
  t.regex(error.message, /"shop" requires Payments, which no plugin provides/)
  t.regex(error.message, /"smtp" and "sendmail" both provide Mailer/)
  t.regex(error.message, /"twin" is listed more than once/)
  t.regex(error.message, /Circle: "hen" needs "egg" needs "hen"/)
})

test('a double provider hides no circle', (t) => {
  const plugins = [
    plugin('hen', { requires: ['Egg'], provides: ['Hen'] }),
    plugin('egg', { requires: ['Hen'], provides: ['Egg'] }),
    plugin('shop', { provides: ['Egg'] }),
  ]
  const error = t.throws(() => orderPlugins(plugins), { code: 'PLUGINS_MISFIT' })
  t.regex(error.message, /"egg" and "shop" both provide Egg/)
  t.regex(error.message, /Circle: "hen" needs "egg" needs "hen"/)
})

test('a plugin that requires what it provides itself is a circle of one', (t) => {
  const narcissus = plugin('narcissus', { requires: ['Mirror'], provides: ['Mirror'] })
  t.throws(() => orderPlugins([narcissus]), { message: /Circle: "narcissus" needs "narcissus"/ })
})

/** Plugins p0 … pn in a random listing, where each needs only some of lower number. */
const acyclic = fc
  .array(fc.record({ needs: fc.array(fc.nat()), optional: fc.boolean() }), { maxLength: 12 })
  .map((nodes) =>
    nodes.map(({ needs, optional }, index) => {
      const services = [...new Set(index === 0 ? [] : needs.map((n) => `S${n % index}`))]
      const uses = optional ? { optional: services } : { requires: services }
      return plugin(`p${index}`, { ...uses, provides: [`S${index}`] })
    }),
  )
  .chain((plugins) => fc.shuffledSubarray(plugins, { minLength: plugins.length }))

test('the order of any plugins without a circle puts every provider first and loses nobody', (t) => {
  fc.assert(
    fc.property(acyclic, (plugins) => {
      const ordered = orderPlugins(plugins)
      const ready = new Set<symbol>()
      for (const { definition } of ordered) {
        const needs = { ...definition.requires, ...definition.optional }
        if (Object.values(needs).some(({ key }) => !ready.has(key))) return false
        for (const { key } of Object.values(definition.provides ?? {})) ready.add(key)
      }
      return ordered.length === plugins.length && new Set(ordered).size === plugins.length
    }),
  )
  t.pass()
})
