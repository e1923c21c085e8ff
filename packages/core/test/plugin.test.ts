import test from 'ava'
import { z } from 'zod'
import { definePlugin } from '../src/plugin.js'
import { token } from '../src/token.js'

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
