import { z } from 'zod'
import { plans } from './catalogue/plan.js'

const settings = z.strictObject({
  /** The API key. Without one, webhooks are applied as they are and nothing can be asked of Stripe. */
  secretKey: z
    .string()
    .trim()
    .min(1, 'must not be blank; leave it out to work without the Stripe API')
    .optional(),
  /** The endpoint's signing secrets; two while one is rotated. */
  webhookSecrets: z
    .array(
      z
        .string()
        .trim()
        .min(1, { error: 'must not be blank; copy it from the webhook endpoint', abort: true })
        .startsWith('whsec_', 'must begin with whsec_; copy it from the webhook endpoint'),
    )
    .min(1, 'at least one signing secret is needed; copy it from the webhook endpoint'),
  /** Another address of the API, such as a local stand-in. */
  apiBase: z.url().optional(),
  /** How long a late payment keeps access, in days from its first failure. */
  graceDays: z.coerce.number().int().min(0).max(365).default(14),
  /** Which mode's events count. */
  livemode: z.boolean().default(false),
  /** Where people reach the application: payment pages lead back to it. Where it listens, if left out. */
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as https://app.example.com' })
    .optional(),
  /**
   * Whether this plugin serves the pages to which payment pages lead back, `/billing` and those below it;
   * false where the application has its own, as the dashboard has.
   */
  pages: z.boolean().default(true),
  /** Other origins to which a payment page may lead back, such as `https://app.example.com`. */
  allowedOrigins: z.array(z.url({ protocol: /^https?$/ })).default([]),
  /** The most that can be bought of one thing at once. */
  maxQuantity: z.coerce.number().int().min(1).default(1000),
  /** The catalogue, where it is declared here rather than in Stripe's dashboard; see `stripe:catalog:push`. */
  plans: plans.default([]),
  /** The account whose events count, where the endpoint also hears of connected accounts. */
  accountId: z.string().optional(),
})

// Another address may stand in for Stripe, and take any key.
const isKeyOfStripe = ({ secretKey, apiBase }: z.output<typeof settings>) =>
  secretKey === undefined || apiBase !== undefined || /^[sr]k_/.test(secretKey)

/** @see https://docs.stripe.com/keys */
export const config = settings.refine(isKeyOfStripe, {
  path: ['secretKey'],
  error:
    'must be a secret key (sk_…) or a restricted one (rk_…), and not a publishable one (pk_…); copy it from https://dashboard.stripe.com/apikeys',
})
export type StripeConfig = z.infer<typeof config>
