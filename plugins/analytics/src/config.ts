import { z } from 'zod'
import { mrrPolicy } from './mrr/policy.js'

const currencies = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()))
const isCurrency = (code: string) => currencies.has(code)

export const config = z.strictObject({
  /** The payment provider's mode that the figures cover. */
  livemode: z.boolean().default(false),
  /** The currency into which all others are converted for reports, such as `usd`; none, if left out. */
  reportingCurrency: z
    .string()
    .refine(isCurrency, 'must be an ISO 4217 code in lower case, such as usd')
    .optional(),
  /** What part of revenue is left after what it costs, for the lifetime value. */
  grossMargin: z.coerce.number().min(0).max(1).default(1),
  /** What counts as MRR where the field disagrees. */
  mrr: mrrPolicy,
  /** The events that a front end may send. */
  frontEndEvents: z
    .array(
      z.string().regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be in snake_case, at most 50 characters'),
    )
    .default(['page_viewed', 'button_clicked', 'search_made', 'plan_viewed', 'checkout_begun']),
  /** The types of event that make their user an active one; their key has to be the user's id. */
  activity: z
    .array(z.string())
    .default([
      'auth.logged_in',
      'analytics.api_called',
      'analytics.tracked',
      'analytics.agent_run_ended',
    ]),
})

export type AnalyticsConfig = z.output<typeof config>
