import { z } from 'zod'

// What leaves, as JSON: the API's description says so, and a test holds the server to it.

const count = z.int().min(0)

/** What a user may do. */
const grants = z.object({
  plans: z.array(z.string()),
  features: z.array(z.string()),
  limits: z.record(z.string(), count).describe('By name; one that is absent bounds nobody.'),
})

/** What an account may do, and what somebody gave it or took away. */
export const overridden = grants.extend({
  overrides: z.array(
    z.object({
      kind: z.enum(['feature', 'limit']),
      feature: z.string().describe("The feature's or the limit's name."),
      value: count.describe('The limit; for a feature 1 gives it and 0 takes it away.'),
      validUntil: z.iso.datetime().nullable().describe('Null for good.'),
      reason: z.string(),
    }),
  ),
})
