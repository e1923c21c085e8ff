import { definePlugin } from '@titanforge/core'
import { pluginConformance, testForge, waitFor } from '@titanforge/core/testing'
import { http, route } from '@titanforge/http'
import test from 'ava'
import Stripe from 'stripe'
import { stripeSandbox } from '../src/index.js'
import { freePort } from './support/free-port.js'
import { clientOf } from './support/sandbox.js'

const secret = 'whsec_of_the_test'
const key = 'sk_test_of_the_test'

pluginConformance(test, stripeSandbox, {
  config: { port: 0, webhookSecrets: [secret] },
  needs: () => [http({ port: 0 })],
  refuses: [
    { config: { webhookSecrets: [] }, path: 'webhookSecrets' },
    { config: { webhookSecrets: [secret], port: -1 }, path: 'port' },
  ],
})

test('in an application, it serves with it and tells it of every event', async (t) => {
  const heard: string[] = []
  const { webhooks } = new Stripe('sk_test_unused')
  const shop = definePlugin({
    name: 'shop',
    setup: () => ({
      routes: [
        route({
          method: 'POST',
          path: '/hooks',
          auth: 'none',
          summary: 'Takes events',
          rawLimitBytes: 1024 * 1024,
          handler: ({ raw, header }) => {
            heard.push(webhooks.constructEvent(raw, header('stripe-signature'), secret).type)
            return { received: true }
          },
        }),
      ],
    }),
  })
  const port = await freePort()
  const sandbox = stripeSandbox({
    port,
    key,
    webhookPath: '/hooks',
    webhookSecrets: [secret],
    catalogue: [{ name: 'Pro', prices: [{ amount: 2000, interval: 'month' }] }],
  })
  await testForge(t, [http({ port: 0 }), shop(), sandbox])
  await waitFor(() => heard.includes('price.created'))
  await clientOf({ url: `http://127.0.0.1:${port}`, key }).customers.create()
  await waitFor(() => heard.includes('customer.created'))
  t.pass()
})
