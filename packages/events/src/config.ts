import { z } from 'zod'

export const config = z.object({
  /** How long a handler may take before its event is given to another process, in seconds. */
  claimSeconds: z.coerce.number().int().min(1).max(3600).default(20),
  /** How many handlers may be in their transaction at once; less than the database's `poolSize`. */
  concurrency: z.coerce.number().int().min(1).max(100).default(5),
  /** How often abandoned claims are looked for, in seconds. */
  superviseSeconds: z.coerce.number().int().min(1).max(60).default(2),
  /** Deliveries after the first one before an event becomes a dead letter. */
  retryLimit: z.coerce.number().int().min(0).max(100).default(8),
  retryBaseSeconds: z.coerce.number().int().min(1).default(1),
  retryMaxSeconds: z.coerce.number().int().min(1).default(600),
})
