import { analytics, analyticsPanels } from '@titanforge/analytics'
import { auth } from '@titanforge/auth'
import { createForge, type AnyPluginDefinition } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import { dashboard } from '@titanforge/dashboard'
import { database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { discord } from '@titanforge/discord'
import { email } from '@titanforge/email'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import { notifications } from '@titanforge/notifications'
import { orchestrator } from '@titanforge/orchestrator'
import { provisioning } from '@titanforge/provisioning'
import { stripe } from '@titanforge/stripe'
import { stripeSandbox } from '@titanforge/stripe-sandbox'
import test from 'ava'
import { packages, read } from './pages.js'

const SECRET = 'a secret of the tests, long enough to be one'
const factories = [
  database,
  events,
  http,
  auth,
  stripe,
  stripeSandbox,
  provisioning,
  orchestrator,
  email,
  notifications,
  discord,
  analytics,
  dashboard,
]
const definitions: AnyPluginDefinition[] = factories.map(({ definition }) => definition)

const readmeOf = (plugin: string) => {
  const folder = packages.find((path) => path.endsWith(`/${plugin}`)) ?? plugin
  return read(`${folder}/README.md`)
}
const missing = (names: Iterable<string>, text: string) =>
  [...names].filter((name) => !text.includes(`\`${name}`))

for (const { name, config, events = [], collects = [] } of definitions) {
  test(`the README of ${name} names its configuration, its events and what it collects`, (t) => {
    const keys = Object.keys((config as { shape?: object } | undefined)?.shape ?? {})
    const types = events.map((event) => event.name)
    t.deepEqual(missing([...keys, ...types, ...collects], readmeOf(name)), [])
  })
}

test('every command is named in the README of its plugin', async (t) => {
  const { url, drop } = await testDatabase()
  const { log } = captureLog()
  const forge = createForge({
    log,
    plugins: [
      database({ url, poolSize: 5 }),
      events({ consume: false }),
      http({ port: 0 }),
      auth({ jwtSecret: SECRET, passwordCost: 4 }),
      stripe({ webhookSecrets: ['whsec_of_the_tests'] }),
      provisioning(),
      orchestrator(),
      email({ from: 'hello@example.com' }),
      notifications({ linkSecret: SECRET }),
      discord(),
      analytics(),
      analyticsPanels(),
      dashboard(),
    ],
  })
  t.teardown(drop)
  t.teardown(() => forge.stop())
  await forge.start({ serve: false })
  const commands = forge.all('commands')
  t.true(commands.length > 6)
  for (const { plugin, value } of commands) {
    const names = value.map((command) => command.name)
    t.deepEqual(missing(names, readmeOf(plugin)), [], plugin)
  }
})
