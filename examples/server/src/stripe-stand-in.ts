import { join } from 'node:path'
import { CoreErrors, env, type Plugin } from '@titanforge/core'
import { planAtStripe } from '@titanforge/stripe'
import { stripeSandbox } from '@titanforge/stripe-sandbox'
import { catalogue } from './catalogue.js'
import { home } from './home.js'

const KEY = 'sk_test_sandbox'
const PORT = 12_111

/** The sandbox's settings where it stands in for Stripe. */
export interface StripeStandIn {
  key: string
  url: string
}

/**
 * What stands in for Stripe: an offline one where no key is set, unless `STRIPE_SANDBOX` is `off`. In
 * production there is no stand-in.
 *
 * @throws CONFIG_INVALID where `STRIPE_SANDBOX` is neither `on` nor `off`.
 */
export function stripeStandIn(environment: NodeJS.ProcessEnv): StripeStandIn | undefined {
  const { NODE_ENV, STRIPE_SECRET_KEY, STRIPE_API_BASE, STRIPE_SANDBOX } = environment
  if (STRIPE_SANDBOX && !['on', 'off'].includes(STRIPE_SANDBOX)) {
    const problem = 'STRIPE_SANDBOX: must be on or off; leave it out for on'
    throw CoreErrors.CONFIG_INVALID({ problems: [problem] })
  }
  const isReal = NODE_ENV === 'production' || STRIPE_SECRET_KEY || STRIPE_API_BASE
  if (isReal || STRIPE_SANDBOX === 'off') return undefined
  return { key: KEY, url: `http://127.0.0.1:${environment.STRIPE_SANDBOX_PORT || PORT}` }
}

/** The sandbox as a plugin; its world is kept with the server's data. */
export function standInPlugin({ key }: StripeStandIn, webhookSecrets: string[]): Plugin {
  return stripeSandbox({
    port: env('STRIPE_SANDBOX_PORT', () => PORT),
    key,
    file: join(home, 'stripe.jsonl'),
    webhookSecrets,
    // As a push would have left it at Stripe, so that there is nothing to push.
    catalogue: catalogue.map(planAtStripe).map(({ prices, ...product }) => ({
      ...product,
      prices: prices.map(({ unitAmount: amount, ...price }) => ({ ...price, amount })),
    })),
  })
}
