import { defineTool } from '@titanforge/core'
import type Stripe from 'stripe'
import { z } from 'zod'
import type { StripeGateway } from '../gateway.js'

/** What agents may sell, and to whom. */
export function sellingTools(gateway: StripeGateway) {
  const createCustomer = defineTool({
    name: 'create_customer',
    description: 'Creates a Stripe customer for a user.',
    effect: 'idempotent',
    input: z.object({ userId: z.uuid(), email: z.email(), name: z.string().optional() }),
    output: z.object({ customerId: z.string() }),
    async run({ userId, email, name }, { idempotencyKey }) {
      const parameters = { email, name, metadata: { account_id: userId } }
      const customer = await gateway.call((stripe) =>
        stripe.customers.create(parameters, { idempotencyKey }),
      )
      return { customerId: customer.id }
    },
  })

  const createCheckoutSession = defineTool({
    name: 'create_checkout_session',
    description: 'Opens a hosted payment page for a price.',
    effect: 'idempotent',
    input: z.object({
      userId: z.uuid(),
      customerId: z.string(),
      priceId: z.string(),
      mode: z.enum(['subscription', 'payment']),
      quantity: z.number().int().min(1).default(1),
      /** Days for nothing; subscriptions only. */
      trialDays: z.number().int().min(1).max(730).optional(),
      couponId: z.string().optional(),
      successUrl: z.url(),
      cancelUrl: z.url(),
    }),
    output: z.object({ id: z.string(), url: z.url() }),
    async run(input, { idempotencyKey }) {
      const { userId, mode, trialDays, couponId } = input
      const metadata = { account_id: userId }
      const subscription = { metadata, ...(trialDays ? { trial_period_days: trialDays } : {}) }
      const parameters: Stripe.Checkout.SessionCreateParams = {
        mode,
        customer: input.customerId,
        client_reference_id: userId,
        line_items: [{ price: input.priceId, quantity: input.quantity }],
        success_url: input.successUrl,
        cancel_url: input.cancelUrl,
        metadata,
        ...(couponId ? { discounts: [{ coupon: couponId }] } : {}),
        ...(mode === 'subscription' ? { subscription_data: subscription } : {}),
      }
      const session = await gateway.call((stripe) =>
        stripe.checkout.sessions.create(parameters, { idempotencyKey }),
      )
      return { id: session.id, url: session.url ?? '' }
    },
  })

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
          { idempotencyKey: `${idempotencyKey}:product` },
        ),
      )
      const recurring = interval ? { recurring: { interval } } : {}
      const price = await gateway.call((stripe) =>
        stripe.prices.create(
          { product: product.id, unit_amount: unitAmount, currency, ...recurring },
          { idempotencyKey: `${idempotencyKey}:price` },
        ),
      )
      return { productId: product.id, priceId: price.id }
    },
  })

  const createPortalSession = defineTool({
    name: 'create_portal_session',
    description: "Opens Stripe's page where a customer sees to cards, invoices and subscriptions.",
    effect: 'idempotent',
    input: z.object({ customerId: z.string(), returnUrl: z.url() }),
    output: z.object({ url: z.url() }),
    async run({ customerId, returnUrl }, { idempotencyKey }) {
      const { url } = await gateway.call((stripe) =>
        stripe.billingPortal.sessions.create(
          { customer: customerId, return_url: returnUrl },
          { idempotencyKey },
        ),
      )
      return { url }
    },
  })

  return { createCustomer, createCheckoutSession, createProductAndPrice, createPortalSession }
}
