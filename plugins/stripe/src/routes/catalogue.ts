import type { Database } from '@titanforge/database'
import { route, type Route } from '@titanforge/http'
import { Product } from '../models.js'

export function catalogueRoutes(db: Database, livemode: boolean): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/products',
      auth: 'none',
      summary: 'The catalogue: what each plan costs, in minor units, and grants',
      async handler() {
        const rows = await db
          .model(Product)
          .findAll({ where: { isActive: true, livemode }, order: [['unitAmount', 'ASC']] })
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
              trialDays,
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
              trialDays,
            }
          }),
        }
      },
    }),
  ]
}
