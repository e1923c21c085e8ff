import type { Principal } from '../agents/run-context.js'
import { token } from '../plugins/token.js'

/**
 * Whether a customer may use a feature, and why.
 *
 * @example
 * const verdict: Verdict = { ok: false, code: 'past_due', upgradeUrl: 'https://example.com/plans' }
 */
export type Verdict =
  | {
      ok: true
      /** What gives it, such as `subscription`. */
      source: string
    }
  | {
      ok: false
      code: 'not_entitled' | 'past_due' | 'unknown'
      /** Where the customer can buy it. */
      upgradeUrl?: string
    }

/**
 * What customers have paid for. Where no plugin provides it, everyone may do everything.
 *
 * @example
 * const onlyAda: Entitlements = {
 *   check: async ({ userId }) =>
 *     userId === 'ada' ? { ok: true, source: 'subscription' } : { ok: false, code: 'not_entitled' },
 * }
 * definePlugin({
 *   name: 'plans', provides: { plans: Entitlements }, setup: () => ({ services: { plans: onlyAda } }),
 * })
 */
export interface Entitlements {
  check(principal: Principal, feature: string): Promise<Verdict>
}
export const Entitlements = token<Entitlements>('Entitlements')
