import { createForge, definePlugin } from '@titanforge/core'
import { freePort, pluginConformance, testForge, waitFor } from '@titanforge/core/testing'
import { http, route } from '@titanforge/http'
import test from 'ava'
import Stripe from 'stripe'
import { startStripeSandbox, stripeSandbox, type SandboxOptions } from '../src/index.js'
import { clientOf } from './support/sandbox.js'

const secret = 'whsec_of_the_test'
const key = 'sk_test_of_the_test'
const QUARTERLY = { amount: 2000, interval: 'month', intervalCount: 3 } as const

pluginConformance(test, stripeSandbox, {
  config: { port: 0, webhookSecrets: [secret] },
  needs: () => [http({ port: 0 })],
  refuses: [
    { config: { webhookSecrets: [] }, path: 'webhookSecrets' },
    { config: { webhookSecrets: [secret], port: -1 }, path: 'port' },
  ],
})

test('a setting that is misspelt is refused by its name', async (t) => {
  const misspelt = { webhookSecrets: [secret], sede: 'x' } as never
  t.throws(() => createForge({ plugins: [stripeSandbox(misspelt)] }), { message: /sede/ })
  const chaos = { duplicates: 1 } as SandboxOptions['chaos']
  await t.throwsAsync(startStripeSandbox({ port: 0, chaos }), { message: /duplicates/ })
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
    catalogue: [{ id: 'plan_pro', name: 'Pro', prices: [QUARTERLY] }],
  })
  await testForge(t, [http({ port: 0 }), shop(), sandbox])
  await waitFor(() => heard.includes('price.created'))
  const stripe = clientOf({ url: `http://127.0.0.1:${port}`, key })
  await stripe.customers.create()
  await waitFor(() => heard.includes('customer.created'))
  // As an application makes its endpoint at Stripe: for the version that its client speaks.
  const [endpoint] = (await stripe.webhookEndpoints.list()).data
  t.is(endpoint?.api_version, Stripe.API_VERSION)
  const [price] = (await stripe.prices.list({ product: 'plan_pro' })).data
  t.like(price, { unit_amount: 2000, recurring: { interval: 'month', interval_count: 3 } })
})
