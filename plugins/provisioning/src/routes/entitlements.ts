import type { Database } from '@titanforge/database'
import { route, type Route } from '@titanforge/http'
import type { Grants } from '../contract.js'
import { LIMITS } from '../entitlements/entitlement.js'
import { periodOf } from '../usage/period.js'
import { heldOf, spentOf, usedOf } from '../usage/usage-report.js'

/** What a user may do, and has done. */
export function entitlementRoutes(grants: Grants, db: Database): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/entitlements',
      auth: 'user',
      summary: 'What the caller may do: plans, features and limits, and what is used of them',
      async handler({ identity: { userId } }) {
        const used = await usedOf(db, userId, periodOf(new Date()))
        return { ...(await grants.of(userId)), used }
      },
    }),
    route({
      method: 'GET',
      path: '/api/usage',
      auth: 'user',
      summary: 'What the caller has used in this month (UTC), with its limits; money in millionths',
      async handler({ identity: { userId } }) {
        const period = periodOf(new Date())
        const { limits } = await grants.of(userId)
        const used = await usedOf(db, userId, period)
        const meters = Object.values(LIMITS).map((meter) => [
          meter,
          { used: used[meter], limit: limits[meter] ?? null },
        ])
        return {
          period,
          usage: Object.fromEntries(meters) as Record<string, unknown>,
          reserved: await heldOf(db, userId),
          spent: await spentOf(db, userId, period),
        }
      },
    }),
  ]
}
