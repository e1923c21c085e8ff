import { definePlugin, EventBus } from '@titanforge/core'
import { Users } from '@titanforge/auth'
import { Database } from '@titanforge/database'
import { HttpServer } from '@titanforge/http'
import { billingAgent } from './agent.js'
import { BillingService } from './billing-service.js'
import { CheckoutService } from './checkout/checkout-service.js'
import { ReturnUrls } from './checkout/return-urls.js'
import { stripeCommands } from './commands/index.js'
import { config } from './config.js'
import {
  Billing,
  disputeClosed,
  disputeOpened,
  featuresChanged,
  paymentFailed,
  paymentSucceeded,
  purchaseCompleted,
  purchaseReversed,
  refunded,
  subscriptionChanged,
  trialEnding,
  usageRecorded,
} from './contract.js'
import { Customers } from './customers.js'
import { stripeEventIgnored, stripeEventReceived } from './events.js'
import { StripeGateway } from './gateway.js'
import { Intents } from './intents.js'
import { migrations } from './migrations/index.js'
import { Product, Subscription } from './models.js'
import { catalogueRoutes } from './routes/catalogue.js'
import { checkoutRoutes } from './routes/checkout.js'
import { pageRoutes } from './routes/pages.js'
import { paymentRoutes } from './routes/payments.js'
import { subscriptionRoutes } from './routes/subscription.js'
import { webhookRoute } from './routes/webhook.js'
import { SubscriptionLocks } from './subscriptions/subscription-locks.js'
import { SubscriptionService } from './subscriptions/subscription-service.js'
import { KeyAccount } from './sync/key-account.js'
import { ObjectSync } from './sync/object-sync.js'
import { EventReceiver } from './sync/receiver.js'
import { reconcilerJobs } from './sync/jobs.js'
import { Reconciler } from './sync/reconciler.js'
import { stripeTools, StripeTools } from './tools/index.js'
import { meterErrorsHandler, meterErrorsReported } from './usage/meter-errors.js'
import { usageSender } from './usage/usage-sender.js'

/** Billing through Stripe: its webhooks become products, subscriptions and users' state. */
export const stripe = definePlugin({
  name: 'stripe',
  config,
  // The accounts are required for their table: subscriptions belong to users.
  requires: { db: Database, bus: EventBus, users: Users },
  provides: { billing: Billing, tools: StripeTools },
  events: [
    stripeEventReceived,
    stripeEventIgnored,
    meterErrorsReported,
    subscriptionChanged,
    paymentSucceeded,
    paymentFailed,
    refunded,
    disputeOpened,
    disputeClosed,
    purchaseCompleted,
    purchaseReversed,
    trialEnding,
    featuresChanged,
    usageRecorded,
  ],
  models: [Product, Subscription],
  migrations,
  setup({ config, db, bus, users, forge, log }) {
    const { livemode, maxQuantity } = config
    const gateway = new StripeGateway(config)
    const receiver = new EventReceiver(db, bus, config)
    const account = new KeyAccount({ db, gateway, livemode })
    const sync = new ObjectSync({ gateway, account, db, bus, config, log })
    const intents = new Intents(db)
    const locks = new SubscriptionLocks(db, log)
    const customers = new Customers({ db, users, gateway, sync, livemode })
    const urls = new ReturnUrls(config, () => forge.find(HttpServer)?.url ?? '')
    const checkouts = new CheckoutService({ db, gateway, customers, sync, urls, livemode, log })
    const billing = new BillingService(db, bus, livemode)
    const subscriptions = new SubscriptionService({
      db,
      billing,
      gateway,
      locks,
      sync,
      livemode,
      maxQuantity,
      log,
    })
    const reconciler = new Reconciler({ db, gateway, account, receiver, sync, livemode, log })
    const selling = { db, customers, checkouts, sync, maxQuantity }
    const tools = stripeTools({
      gateway,
      locks,
      urls,
      receiver,
      ...selling,
      webhookSecrets: config.webhookSecrets,
    })
    return {
      services: { billing, tools },
      agents: [billingAgent({ gateway, account, db }, config)],
      on: [usageSender(gateway, customers), meterErrorsHandler(gateway)],
      tools: Object.values(tools),
      routes: [
        webhookRoute(config, receiver),
        ...catalogueRoutes(db, livemode),
        ...checkoutRoutes(checkouts, maxQuantity),
        ...subscriptionRoutes(billing, subscriptions),
        ...paymentRoutes({ db, gateway, customers, urls, livemode }),
        ...(config.pages ? pageRoutes() : []),
      ],
      commands: stripeCommands({
        gateway,
        account,
        intents,
        sync,
        reconciler,
        plans: config.plans,
      }),
      jobs: reconcilerJobs(reconciler, gateway),
    }
  },
})
