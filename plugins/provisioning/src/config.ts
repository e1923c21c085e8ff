import { z } from 'zod'

const name = z.string().regex(/^[\w.-]{1,30}$/)
const amount = z.coerce.number<number | string>().int().min(0)

export const config = z.strictObject({
  /**
   * What every account has, paid or not. Name each limit that a plan raises here too, or who has no plan is
   * not bounded by it.
   */
  everyone: z
    .strictObject({
      features: z.array(name).default([]),
      limits: z.record(name, amount).default({}),
    })
    .prefault({}),
  /** Where a customer can buy what is missing; an address or a path. */
  upgradeUrl: z.string().min(1).default('/api/products'),
  /** Paths, and what is below them, whose calls do not count against `api_calls`. */
  uncounted: z
    .array(z.string().startsWith('/'))
    .default(['/api/auth', '/api/billing', '/api/entitlements', '/api/usage']),
  /** Runs of one customer that may wait for a slot. */
  queueLimit: amount.default(100),
  /** Seconds after which the runs of a process that has died leave their slots. */
  leaseSeconds: z.coerce.number<number | string>().min(1).max(3600).default(30),
  /** What one run may spend, in millionths of the currency's main unit; any amount, if left out. */
  spendPerRun: amount.optional(),
  /** The payment provider's meter that spending is charged to, in millionths; left out, nothing is charged. */
  meter: z.string().min(1).max(100).optional(),
})
export type Config = z.output<typeof config>
