import type { Principal } from '../agents/run-context.js'
import { token } from '../token.js'

/** Whether a customer may use a feature, and why. */
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

/** What customers have paid for. Where no plugin provides it, everyone may do everything. */
export interface Entitlements {
  check(principal: Principal, feature: string): Promise<Verdict>
}
export const Entitlements = token<Entitlements>('Entitlements')
