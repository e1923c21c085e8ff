import { analytics } from '@titanforge/analytics'
import { auth } from '@titanforge/auth'
import { pluginConformance, type TestContext } from '@titanforge/core/testing'
import { database } from '@titanforge/database'
import { testDatabase } from '@titanforge/database/testing'
import { email } from '@titanforge/email'
import { events } from '@titanforge/events'
import { http } from '@titanforge/http'
import { notifications } from '@titanforge/notifications'
import { orchestrator } from '@titanforge/orchestrator'
import { provisioning } from '@titanforge/provisioning'
import { stripe } from '@titanforge/stripe'
import test from 'ava'

// The product's plugins are held to what third parties' are held to.

const JWT_SECRET = 'a secret of the tests that is long enough for HS256'
const accounts = { jwtSecret: JWT_SECRET }
const billing = { webhookSecrets: ['whsec_of_the_tests'] }

/** Everything that stands before a plugin of the product, on a database of its own. */
async function ground(t: TestContext) {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  return [database({ url, poolSize: 4 }), events(), http({ port: 0 })]
}

pluginConformance(test, events, {
  needs: async (t) => (await ground(t)).slice(0, 1),
  refuses: [{ config: { retryLimit: -1 }, path: 'retryLimit' }],
})
pluginConformance(test, http, {
  config: { port: 0 },
  refuses: [{ config: { port: 70_000 }, path: 'port' }],
})
pluginConformance(test, auth, {
  config: accounts,
  needs: ground,
  refuses: [{ config: { jwtSecret: 'short' }, path: 'jwtSecret' }],
})
pluginConformance(test, stripe, {
  config: billing,
  needs: async (t) => [...(await ground(t)), auth(accounts)],
  refuses: [{ config: { webhookSecrets: [] }, path: 'webhookSecrets' }],
})
pluginConformance(test, provisioning, {
  needs: async (t) => [...(await ground(t)), auth(accounts), stripe(billing)],
  refuses: [{ config: { leaseSeconds: 0 }, path: 'leaseSeconds' }],
})
pluginConformance(test, orchestrator, {
  needs: async (t) => [...(await ground(t)), auth(accounts)],
  refuses: [{ config: { concurrentRuns: 0 }, path: 'concurrentRuns' }],
})
pluginConformance(test, notifications, {
  config: { publicUrl: 'https://forge.example', linkSecret: JWT_SECRET },
  needs: async (t) => [
    ...(await ground(t)),
    auth(accounts),
    stripe(billing),
    email({ from: 'hello@example.com' }),
  ],
  refuses: [
    { config: { publicUrl: 'forge.example', linkSecret: JWT_SECRET }, path: 'publicUrl' },
    { config: { linkSecret: 'short' }, path: 'linkSecret' },
  ],
})
pluginConformance(test, analytics, {
  needs: async (t) => [...(await ground(t)), auth(accounts), stripe(billing)],
})
