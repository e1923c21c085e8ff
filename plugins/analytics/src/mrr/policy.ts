import { z } from 'zod'

/** Where the field disagrees on what counts as MRR. */
export const mrrPolicy = z
  .object({
    /** Which discounts lower MRR: all that run but those of one payment, or only those without an end. */
    discounts: z.enum(['running', 'forever']).default('running'),
    /** Whether a subscription counts whose collection is paused. */
    pausedCollection: z.enum(['excluded', 'included']).default('excluded'),
  })
  .prefault({})

export type MrrPolicy = z.infer<typeof mrrPolicy>
