import { definePlugin, EventBus } from '@titanforge/core'
import { Users } from '@titanforge/auth'
import { Database } from '@titanforge/database'
import { billingAgent } from './agent.js'
import { BillingService } from './billing-service.js'
import { config } from './config.js'
import { Billing, paymentSucceeded, subscriptionChanged } from './contract.js'
import { stripeEventIgnored, stripeEventReceived } from './events.js'
import { StripeGateway } from './gateway.js'
import { migrations } from './migrations/index.js'
import { Product, Subscription } from './models.js'
import { billingRoutes } from './routes/billing.js'
import { webhookRoute } from './routes/webhook.js'
import { toolList } from './tools.js'

/** Billing through Stripe: its webhooks become products, subscriptions and users' state. */
export const stripe = definePlugin({
  name: 'stripe',
  config,
  // The accounts are required for their table: subscriptions belong to users.
  requires: { db: Database, bus: EventBus, users: Users },
  provides: { billing: Billing },
  events: [stripeEventReceived, stripeEventIgnored, subscriptionChanged, paymentSucceeded],
  models: [Product, Subscription],
  migrations,
  setup({ config, db, bus }) {
    const gateway = new StripeGateway(config)
    const billing = new BillingService(db)
    return {
      services: { billing },
      agents: [billingAgent(gateway, db, config.livemode)],
      tools: toolList(gateway),
      routes: [webhookRoute(config, db, bus), ...billingRoutes(billing, db)],
    }
  },
})
