import { definePlugin } from '@titanforge/core'
import { HttpServer } from '@titanforge/http'
import { z } from 'zod'
import { options } from './options.js'
import { API_VERSION } from './spec/openapi.js'
import { startStripeSandbox } from './start.js'

/** The sandbox as a part of an application: it serves while that serves, and tells it of every event. */
export const stripeSandbox = definePlugin({
  name: 'stripe-sandbox',
  config: options.omit({ webhook: true }).extend({
    port: z.coerce.number().int().min(0).max(65_535).default(12_111),
    /** Where the application takes Stripe's events. */
    webhookPath: z.string().startsWith('/').default('/webhooks/stripe'),
    /** What the application checks their signatures with; the first signs them. */
    webhookSecrets: z.array(z.string().trim().min(1)).min(1),
  }),
  // Required for its address; so the sandbox serves after it.
  requires: { server: HttpServer },
  setup: ({ config, server, log }) => ({
    async serve() {
      const { webhookPath, webhookSecrets, ...rest } = config
      const sandbox = await startStripeSandbox(
        {
          ...rest,
          webhook: {
            url: server.url + webhookPath,
            secret: webhookSecrets[0] ?? '',
            // As whoever made it for this application would have said.
            apiVersion: API_VERSION,
          },
        },
        log,
      )
      return () => sandbox.stop()
    },
  }),
})
