import { defineTool } from '@titanforge/core'
import { z } from 'zod'
import type { StripeGateway } from '../gateway.js'
import { idempotencyKeyOf } from '../idempotency-key.js'

/** What agents may put up for sale. */
export function catalogueTools(gateway: StripeGateway) {
  const createProductAndPrice = defineTool({
    name: 'create_product_and_price',
    description: 'Creates a plan: a product and its monthly, yearly or one-time price.',
    effect: 'idempotent',
    input: z.object({
      name: z.string().min(1),
      description: z.string().optional(),
      /** Minor units. */
      unitAmount: z.number().int().min(0),
      currency: z.string().length(3).toLowerCase(),
      interval: z.enum(['month', 'year']).optional(),
      /** As product metadata: `feature:NAME` = `true`, `limit:NAME` = a whole number. */
      metadata: z.record(z.string(), z.string()).default({}),
    }),
    output: z.object({ productId: z.string(), priceId: z.string() }),
    async run({ name, description, unitAmount, currency, interval, metadata }, { idempotencyKey }) {
      const product = await gateway.call((stripe) =>
        stripe.products.create(
          { name, description, metadata },
          { idempotencyKey: idempotencyKeyOf(idempotencyKey, 'product') },
        ),
      )
      const recurring = interval ? { recurring: { interval } } : {}
      const price = await gateway.call((stripe) =>
        stripe.prices.create(
          { product: product.id, unit_amount: unitAmount, currency, ...recurring },
          { idempotencyKey: idempotencyKeyOf(idempotencyKey, 'price') },
        ),
      )
      return { productId: product.id, priceId: price.id }
    },
  })

  return { createProductAndPrice }
}
