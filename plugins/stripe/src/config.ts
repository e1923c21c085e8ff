import { z } from 'zod'

const notBlank = (text: string) => text.trim().length > 0

export const config = z.object({
  /** The API key. Without one, webhooks are applied as they are and nothing can be asked of Stripe. */
  secretKey: z
    .string()
    .refine(notBlank, 'must not be blank; leave it out to work without the Stripe API')
    .optional(),
  /** The endpoint's signing secrets; two while one is rotated. */
  webhookSecrets: z
    .array(z.string().trim().min(1, 'must not be blank; copy it from the webhook endpoint'))
    .min(1, 'at least one signing secret is needed; copy it from the webhook endpoint'),
  /** Another address of the API, such as a local stand-in. */
  apiBase: z.url().optional(),
  /** Which mode's events count. */
  livemode: z.boolean().default(false),
  /** The account whose events count, where the endpoint also hears of connected accounts. */
  accountId: z.string().optional(),
})
export type StripeConfig = z.infer<typeof config>
