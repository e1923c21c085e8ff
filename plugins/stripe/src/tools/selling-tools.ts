import { defineTool } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { z } from 'zod'
import type { CheckoutService } from '../checkout/checkout-service.js'
import type { Customers } from '../customers.js'
import type { ObjectSync } from '../sync/object-sync.js'
import { productOfPrice } from './product-of-price.js'

export interface SellingServices {
  db: Database
  customers: Customers
  checkouts: CheckoutService
  sync: ObjectSync
  /** The most that can be bought of one thing at once. */
  maxQuantity: number
}

/** What agents may sell, and to whom: by the same rows and rules as what people buy by themselves. */
export function sellingTools({ db, customers, checkouts, sync, maxQuantity }: SellingServices) {
  const createCustomer = defineTool({
    name: 'create_customer',
    description: 'Makes a user a Stripe customer; the one that there is already, if there is one.',
    // Our row of the user holds the key, whoever asks and however often.
    effect: 'idempotent',
    input: z.object({ userId: z.uuid() }),
    output: z.object({ customerId: z.string() }),
    run: async ({ userId }) => ({ customerId: await customers.ensure(userId) }),
  })

  const createCheckoutSession = defineTool({
    name: 'create_checkout_session',
    description:
      'Opens a hosted payment page where a user buys something of the catalogue; the one that is open already, if it is for the same. A trial is the catalogue’s to give, once to each user.',
    // At most one page of a user and purpose is open, whoever asks and however often.
    effect: 'idempotent',
    input: z.object({
      userId: z.uuid(),
      /** `price_…` of Stripe. */
      priceId: z.string().min(1),
      quantity: z.number().int().min(1).max(maxQuantity).default(1),
      /** As customers type it in. */
      promotionCode: z.string().trim().min(1).max(100).optional(),
      /** Where the page leads back to: an address of the application's. */
      successUrl: z.url().optional(),
      cancelUrl: z.url().optional(),
    }),
    output: z.object({
      /** Our own id of the checkout. */
      checkoutId: z.uuid(),
      url: z.url(),
    }),
    async run({ userId, priceId, ...order }) {
      const productId = await productOfPrice(db, sync, priceId)
      const { id, url } = await checkouts.open(userId, { ...order, productId })
      return { checkoutId: id, url }
    },
  })

  return { createCustomer, createCheckoutSession }
}
