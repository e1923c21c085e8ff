import { token } from '@titanforge/core'
import type { ReturnUrls } from '../checkout/return-urls.js'
import type { StripeGateway } from '../gateway.js'
import type { EventReceiver } from '../sync/receiver.js'
import { catalogueTools } from './catalogue-tools.js'
import { moneyTools } from './money-tools.js'
import type { SubscriptionLocks } from '../subscriptions/subscription-locks.js'
import { sellingTools, type SellingServices } from './selling-tools.js'
import { subscriptionTools } from './subscription-tools.js'
import { webhookTool } from './webhook-tool.js'

export interface ToolServices extends SellingServices {
  gateway: StripeGateway
  locks: SubscriptionLocks
  urls: ReturnUrls
  receiver: EventReceiver
  webhookSecrets: readonly string[]
}

/** Makes what the plugin provides as {@link StripeTools}. */
export const stripeTools = ({
  gateway,
  locks,
  urls,
  receiver,
  webhookSecrets,
  ...selling
}: ToolServices) => ({
  ...sellingTools(selling),
  ...catalogueTools(gateway),
  ...subscriptionTools({ gateway, locks, urls }),
  ...moneyTools(gateway),
  handleWebhookEvent: webhookTool(receiver, webhookSecrets),
})

/** The Stripe tool: what agents may ask of Stripe. A plugin with such an agent requires it. */
export type StripeTools = ReturnType<typeof stripeTools>
export const StripeTools = token<StripeTools>('StripeTools')
