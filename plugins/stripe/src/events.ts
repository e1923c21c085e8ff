import { defineEvent } from '@titanforge/core'
import { z } from 'zod'

/** A text that PostgreSQL keeps as it is: without NUL, and without half of a surrogate pair. */
const id = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\0\p{Surrogate}]+$/u, 'holds characters that cannot be stored')

/** What everything that Stripe signs has. */
export const signedEvent = z.looseObject({ id, type: z.string() })
export type SignedEvent = z.infer<typeof signedEvent>

/** What every snapshot event of Stripe has; the rest of it is kept as it came. */
export const stripeEvent = z.looseObject({
  id,
  type: z.string(),
  /** Seconds since the epoch. */
  created: z.number().int().min(0).max(253_402_300_799),
  livemode: z.boolean(),
  account: z.string().nullish(),
  data: z.looseObject({
    object: z.looseObject({ object: z.string(), id: z.string().max(255).optional() }),
  }),
})
export type StripeEvent = z.infer<typeof stripeEvent>

/**
 * A verified event that the Billing Agent applies. Whoever receives one has checked it against
 * {@link stripeEvent}; that is not done over again each time it is stored and read.
 */
export const stripeEventReceived = defineEvent({
  name: 'stripe.event_received',
  version: 1,
  schema: z.custom<StripeEvent>(),
  key: (event) => event.data.object.id,
})

/** A verified event that is none of our business, kept with the reason. */
export const stripeEventIgnored = defineEvent({
  name: 'stripe.event_ignored',
  version: 1,
  schema: z.object({ reason: z.string(), event: signedEvent }),
})
