import { defineTool, type Tool } from '@titanforge/core'
import { z } from 'zod'
import type { StripeGateway } from './gateway.js'

const subscription = z.object({
  id: z.string(),
  status: z.string(),
  cancelAtPeriodEnd: z.boolean(),
})
const described = (it: { id: string; status: string; cancel_at_period_end: boolean }) => ({
  id: it.id,
  status: it.status,
  cancelAtPeriodEnd: it.cancel_at_period_end,
})

/** The Stripe tool: what agents may ask of Stripe. */
export function stripeTools(gateway: StripeGateway) {
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
      successUrl: z.url(),
      cancelUrl: z.url(),
    }),
    output: z.object({ id: z.string(), url: z.url() }),
    async run({ userId, customerId, priceId, mode, successUrl, cancelUrl }, { idempotencyKey }) {
      const metadata = { account_id: userId }
      const session = await gateway.call((stripe) =>
        stripe.checkout.sessions.create(
          {
            mode,
            customer: customerId,
            client_reference_id: userId,
            line_items: [{ price: priceId, quantity: 1 }],
            success_url: successUrl,
            cancel_url: cancelUrl,
            metadata,
            ...(mode === 'subscription' ? { subscription_data: { metadata } } : {}),
          },
          { idempotencyKey },
        ),
      )
      return { id: session.id, url: session.url ?? '' }
    },
  })

  const retrieveSubscription = defineTool({
    name: 'retrieve_subscription',
    description: 'Reads a subscription as Stripe has it now.',
    effect: 'read',
    input: z.object({ subscriptionId: z.string() }),
    output: subscription,
    run: async ({ subscriptionId }) =>
      described(await gateway.call((stripe) => stripe.subscriptions.retrieve(subscriptionId))),
  })

  const cancelSubscription = defineTool({
    name: 'cancel_subscription',
    description: 'Cancels a subscription at the end of its period, or now.',
    effect: 'idempotent',
    input: z.object({ subscriptionId: z.string(), when: z.enum(['period_end', 'now']) }),
    output: subscription,
    run: async ({ subscriptionId, when }, { idempotencyKey }) =>
      described(
        await gateway.call((stripe) =>
          when === 'now'
            ? stripe.subscriptions.cancel(subscriptionId, {}, { idempotencyKey })
            : stripe.subscriptions.update(
                subscriptionId,
                { cancel_at_period_end: true },
                { idempotencyKey },
              ),
        ),
      ),
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

  return {
    createCustomer,
    createCheckoutSession,
    retrieveSubscription,
    cancelSubscription,
    createProductAndPrice,
  }
}

/** The tools as a plugin contributes them. */
export const toolList = (gateway: StripeGateway): Tool[] => Object.values(stripeTools(gateway))
