import test from 'ava'
import { z } from 'zod'
import { definePlugin } from '../../src/plugins/plugin.js'
import { token } from '../../src/plugins/token.js'

for (const name of ['Weather', 'my plugin', '1st', '']) {
  test(`the plugin name "${name}" is refused`, (t) => {
    t.throws(() => definePlugin({ name, setup: () => ({}) }), { code: 'PLUGIN_INVALID' })
  })
}

for (const key of ['config', 'log', 'forge']) {
  test(`a required service cannot be called "${key}", which setup is given anyway`, (t) => {
    const requires = { [key]: token<object>('Thing') }
    const error = t.throws(() => definePlugin({ name: 'weather', requires, setup: () => ({}) }))
    t.regex(error.message, new RegExp(`Plugin "weather": "${key}" is taken`))
  })
}

test('a plugin keeps its definition readable without running anything', (t) => {
  const weather = definePlugin({
    name: 'weather',
    config: z.object({ units: z.string() }),
    setup: () => t.fail('setup ran'),
  })
  t.is(weather.definition.name, 'weather')
  t.deepEqual(weather({ units: 'metric' }).config, { units: 'metric' })
})

test('one factory makes plugins of different configuration', (t) => {
  const weather = definePlugin({
    name: 'weather',
    config: z.object({ city: z.string() }),
    setup: () => ({}),
  })
  const [bonn, kiel] = [weather({ city: 'Bonn' }), weather({ city: 'Kiel' })]
  t.deepEqual([bonn.config, kiel.config], [{ city: 'Bonn' }, { city: 'Kiel' }])
  t.is(bonn.definition, kiel.definition)
})

test('tokens of one name are one token, as two copies of a package make them', (t) => {
  t.is(token<Date>('Clock').key, token<Date>('Clock').key)
  t.not(token<Date>('Clock').key, token<Date>('Calendar').key)
})

const define = (definition: object) =>
  definePlugin({ name: 'weather', setup: () => ({}), ...definition })

for (const key of ['requires', 'optional', 'provides']) {
  test(`${key} that holds no token, as where modules import each other in a circle, is refused by its key`, (t) => {
    const refused = (tokens: unknown, message: RegExp) =>
      t.throws(() => define({ [key]: tokens }), { code: 'PLUGIN_INVALID', message })
    const clock = token<object>('Clock')
    for (const none of [undefined, null, 'Clock', {}, () => clock])
      refused({ clock, wall: none }, new RegExp(`^Plugin "weather": ${key}\\.wall is .*no token`))
    for (const none of [null, [clock], 'Clock', clock])
      refused(
        none,
        new RegExp(`^Plugin "weather": ${key} is no record of tokens|${key}\\.name is .*no token`),
      )
    t.notThrows(() => define({ [key]: undefined }))
    t.notThrows(() => define({ [key]: { clock } }))
  })
}

test('a plugin without a setup, or with another thing in its place, is refused', (t) => {
  for (const setup of [undefined, null, {}])
    t.throws(() => define({ setup }), {
      code: 'PLUGIN_INVALID',
      message: /^Plugin "weather": setup is no function/,
    })
})

test('a plugin without a name is refused', (t) => {
  t.throws(() => define({ name: undefined }), { code: 'PLUGIN_INVALID' })
})

test('a configuration that is no schema, such as its fields alone, is refused', (t) => {
  for (const config of [{ city: z.string() }, 'city', () => ({})])
    t.throws(() => define({ config }), {
      code: 'PLUGIN_INVALID',
      message: /^Plugin "weather": config is of type \w+ and no schema/,
    })
  for (const config of [undefined, null, false]) t.notThrows(() => define({ config }))
})

test('what a plugin declares is a list without gaps', (t) => {
  const refused = (declared: object, message: RegExp) =>
    t.throws(() => define(declared), { code: 'PLUGIN_INVALID', message })
  refused({ events: { name: 'shop.sold' } }, /^Plugin "weather": events is no list/)
  refused({ events: [undefined] }, /^Plugin "weather": events\[0\] is undefined/)
  refused({ collects: 'panels' }, /^Plugin "weather": collects is no list/)
})

test('a definition that a class has made is refused: what it inherits would be lost', (t) => {
  class Definition {
    name = 'shop'
    setup() {
      return {}
    }
  }
  for (const definition of [new Definition(), undefined])
    t.throws(() => definePlugin(definition as never), {
      code: 'PLUGIN_INVALID',
      message: /takes a plain object/,
    })
})
