import type { Database } from '@titanforge/database'
import type { CountedCall, Quota } from '@titanforge/http'
import type { Config } from '../config.js'
import { LIMITS } from '../entitlements/entitlement.js'
import type { GrantService } from '../entitlements/grant-service.js'
import { ProvisioningErrors } from '../errors.js'
import { count } from './counters.js'
import { periodOf, secondsLeft } from './period.js'

/**
 * The API calls of a month, counted by all processes together: those that accounts make, except of
 * operators' routes, and of what a customer needs in order to pay.
 */
export class ApiQuota implements Quota {
  constructor(
    private readonly db: Database,
    private readonly grants: GrantService,
    private readonly config: Pick<Config, 'uncounted' | 'upgradeUrl'>,
  ) {}

  /** @throws API_QUOTA_EXCEEDED */
  async count({ identity: { userId }, route, setHeader }: CountedCall): Promise<void> {
    if (route.auth === 'superuser' || this.#isUncounted(route.path)) return
    const now = new Date()
    const period = periodOf(now)
    const limit = await this.grants.limit(userId, LIMITS.apiCalls)
    const used = await count(this.db, { userId, meter: LIMITS.apiCalls, period }, limit)
    if (limit === undefined) return
    const retryAfterSeconds = secondsLeft(period, now)
    // The names of draft-ietf-httpapi-ratelimit-headers-07, which clients know.
    setHeader('RateLimit-Limit', String(limit))
    setHeader('RateLimit-Remaining', String(limit - (used ?? limit)))
    setHeader('RateLimit-Reset', String(retryAfterSeconds))
    if (used !== undefined) return
    const { upgradeUrl } = this.config
    throw ProvisioningErrors.API_QUOTA_EXCEEDED(
      { limit, end: period.end.toISOString() },
      { details: { limit, retryAfterSeconds, upgradeUrl } },
    )
  }

  #isUncounted(path: string): boolean {
    return this.config.uncounted.some((free) => path === free || path.startsWith(`${free}/`))
  }
}
