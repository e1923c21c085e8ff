import { reply, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { CheckoutRow } from '../checkout/checkout-rows.js'
import type { CheckoutService } from '../checkout/checkout-service.js'

export function checkoutRoutes(checkouts: CheckoutService, maxQuantity: number): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/billing/checkout',
      auth: 'user',
      summary: 'Opens a payment page for a product; the one that is open already, if there is one',
      // Strict: an amount or a currency that a client sends is a mistake, if not worse.
      body: z.strictObject({
        productId: z.uuid(),
        quantity: z.number().int().min(1).max(maxQuantity).default(1),
        promotionCode: z.string().trim().min(1).max(100).optional(),
        successUrl: z.string().max(2000).optional(),
        cancelUrl: z.string().max(2000).optional(),
      }),
      handler: async ({ identity, body }) =>
        reply(201, await checkouts.open(identity.userId, body)),
    }),
    route({
      method: 'GET',
      path: '/api/billing/checkout/:id',
      auth: 'user',
      summary: "What became of a checkout of the caller's",
      params: z.object({ id: z.string() }),
      async handler({ identity, params }) {
        const { success, data } = z.uuid().safeParse(params.id)
        // What cannot be an id is nobody's checkout.
        return describe(await checkouts.find(identity.userId, success ? data : NOBODYS))
      },
    }),
  ]
}

const NOBODYS = '00000000-0000-0000-0000-000000000000'

const describe = ({ id, status, url, product_id, quantity, ...row }: CheckoutRow) => ({
  id,
  status,
  productId: product_id,
  quantity,
  url: status === 'open' ? url : null,
  createdAt: row.created_at,
  fulfilledAt: row.fulfilled_at,
})
