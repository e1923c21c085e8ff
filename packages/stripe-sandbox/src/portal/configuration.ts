import type Stripe from 'stripe'
import { blank } from '../spec/blank.js'
import type { PortalConfiguration } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** What customers may do in the portal, as far as it is said. */
export function createConfiguration(
  tx: Transaction,
  given: Partial<Stripe.BillingPortal.ConfigurationCreateParams> & { is_default?: boolean },
): PortalConfiguration {
  const configuration = tx.add(
    'billing_portal.configuration',
    blank('billing_portal.configuration', {
      id: tx.id('billing_portal.configuration'),
      active: true,
      created: tx.now,
      default_return_url: given.default_return_url || null,
      is_default: given.is_default ?? false,
      metadata: {},
      name: given.name || null,
      updated: tx.now,
    }),
  )
  setFeatures(configuration, given.features)
  return configuration
}

/** The configuration for sessions that name none: everything is allowed. */
export function defaultConfiguration(tx: Transaction): PortalConfiguration {
  const [known] = tx.find('billing_portal.configuration', ({ is_default }) => is_default)
  if (known) return known
  return createConfiguration(tx, {
    is_default: true,
    features: {
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: { enabled: true, mode: 'at_period_end' },
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price', 'quantity'],
        proration_behavior: 'create_prorations',
      },
    },
  })
}

/** The shown features are all of them; a request names some. */
export function setFeatures(configuration: PortalConfiguration, given: object | undefined): void {
  for (const [name, wanted] of Object.entries(given ?? {})) {
    const feature = (configuration.features as unknown as Record<string, object>)[name]
    if (!feature) continue
    const shown = Object.entries(wanted as object).filter(
      ([field, value]) => field in feature && isPlain(value),
    )
    Object.assign(feature, Object.fromEntries(shown))
  }
}

/** Nested settings, such as the reasons for a cancellation, keep their defaults. */
const isPlain = (value: unknown) => typeof value !== 'object' || Array.isArray(value)
