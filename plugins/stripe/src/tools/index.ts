import type { Tool } from '@titanforge/core'
import type { StripeGateway } from '../gateway.js'
import type { EventReceiver } from '../sync/receiver.js'
import { moneyTools } from './money-tools.js'
import { sellingTools } from './selling-tools.js'
import { subscriptionTools } from './subscription-tools.js'
import { webhookTool } from './webhook-tool.js'

/** The Stripe tool: what agents may ask of Stripe. */
export const stripeTools = (gateway: StripeGateway) => ({
  ...sellingTools(gateway),
  ...subscriptionTools(gateway),
  ...moneyTools(gateway),
})

/** The tools as the plugin contributes them. */
export const toolList = (
  gateway: StripeGateway,
  receiver: EventReceiver,
  webhookSecrets: readonly string[],
): Tool[] => [...Object.values(stripeTools(gateway)), webhookTool(receiver, webhookSecrets)]
