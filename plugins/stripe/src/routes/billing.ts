import type { Database } from '@titanforge/database'
import { route, type Route } from '@titanforge/http'
import type { BillingService } from '../billing-service.js'
import { Product } from '../models.js'

export function billingRoutes(billing: BillingService, db: Database): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/products',
      auth: 'none',
      summary: 'The catalogue: what each plan costs, in minor units, and grants',
      async handler() {
        const rows = await db
          .model(Product)
          .findAll({ where: { isActive: true }, order: [['unitAmount', 'ASC']] })
        return {
          products: rows.map((row) => {
            const {
              id,
              name,
              description,
              type,
              currency,
              unitAmount,
              interval,
              intervalCount,
              features,
              limits,
            } = row.get()
            const amount = unitAmount === null ? null : Number(unitAmount)
            return {
              id,
              name,
              description,
              type,
              currency,
              unitAmount: amount,
              interval,
              intervalCount,
              features,
              limits,
            }
          }),
        }
      },
    }),
    route({
      method: 'GET',
      path: '/api/billing/subscription',
      auth: 'user',
      summary: "The caller's newest subscription",
      async handler({ identity }) {
        const [subscription = null] = await billing.subscriptionsOf(identity.userId)
        return { subscription }
      },
    }),
  ]
}
