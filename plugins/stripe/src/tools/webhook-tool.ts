import { defineTool } from '@titanforge/core'
import { z } from 'zod'
import type { EventReceiver } from '../sync/receiver.js'
import { verifyWebhook } from '../webhook-signature.js'

/** Takes in a delivery of Stripe's that came by another way than the webhook route. */
export function webhookTool(receiver: EventReceiver, webhookSecrets: readonly string[]) {
  return defineTool({
    name: 'handle_webhook_event',
    description: "Verifies and stores one of Stripe's signed events; the Billing Agent applies it.",
    effect: 'idempotent',
    input: z.object({
      /** The body, exactly as it was sent. */
      payload: z.string(),
      /** The `Stripe-Signature` header. */
      signature: z.string(),
    }),
    output: z.object({ received: z.literal(true), duplicate: z.boolean() }),
    async run({ payload, signature }) {
      const json = verifyWebhook(Buffer.from(payload), signature, webhookSecrets)
      const { duplicate } = await receiver.receive(json)
      return { received: true as const, duplicate }
    },
  })
}
