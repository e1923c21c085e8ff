import { route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { StripeConfig } from '../config.js'
import type { EventReceiver } from '../sync/receiver.js'
import { verifyWebhook } from '../webhook-signature.js'

const ONE_MEBIBYTE = 1024 * 1024

/**
 * Where Stripe delivers. A 2xx answer means that the event is stored for good, and nothing else does: what
 * is none of our business is stored as ignored and answered alike, because Stripe disables endpoints that
 * keep refusing.
 */
export function webhookRoute(
  { webhookSecrets }: Pick<StripeConfig, 'webhookSecrets'>,
  receiver: EventReceiver,
): Route {
  return route({
    method: 'POST',
    path: '/webhooks/stripe',
    auth: 'none',
    summary: "Receives Stripe's events",
    response: z.object({ received: z.literal(true), duplicate: z.boolean() }),
    rawLimitBytes: ONE_MEBIBYTE,
    callers: 'programs',
    async handler({ raw, header }) {
      const json = verifyWebhook(raw, header('stripe-signature'), webhookSecrets)
      const { duplicate } = await receiver.receive(json)
      return { received: true, duplicate }
    },
  })
}
