import { defineTool } from '@titanforge/core'
import type Stripe from 'stripe'
import { z } from 'zod'
import type { ReturnUrls } from '../checkout/return-urls.js'
import { idempotencyKeyOf } from '../idempotency-key.js'
import { trialDaysOf } from '../objects/product.js'
import { AgentSteps, type AgentServices } from '../subscriptions/agent-steps.js'
import { cancelling } from '../subscriptions/cancelling.js'
import { changeTarget } from '../subscriptions/change-target.js'
import { changing } from '../subscriptions/changing.js'
import { goingOn } from '../subscriptions/going-on.js'
import { previewOf } from '../subscriptions/preview-change.js'

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

const SHOWN = {
  amountDue: z.number().int().describe('Minor units that are due at once'),
  credit: z
    .number()
    .int()
    .describe("Minor units that are put to the customer's credit, for invoices to come"),
  prorationDate: z.number().int().describe('From when it is counted, in seconds since the epoch'),
}

export interface SubscriptionToolServices extends AgentServices {
  urls: ReturnUrls
}

/** What agents may do with subscriptions. */
export function subscriptionTools(services: SubscriptionToolServices) {
  const { gateway, urls } = services
  const steps = new AgentSteps(services)
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
    run: async ({ subscriptionId, when }, ctx) =>
      described(
        await steps.run(subscriptionId, ctx, { cancel: when }, cancelling(subscriptionId, when)),
      ),
  })

  const resumeSubscription = defineTool({
    name: 'resume_subscription',
    description:
      'Lets a subscription go on: ends its pause, and takes a scheduled end of it back. Where neither is, nothing happens.',
    effect: 'idempotent',
    input: z.object({ subscriptionId: z.string() }),
    output: subscription,
    run: async ({ subscriptionId }, ctx) =>
      described(await steps.run(subscriptionId, ctx, 'resume', goingOn(subscriptionId))),
  })

  const change = z.object({
    subscriptionId: z.string(),
    itemId: z.string().describe('The item to change: si_…'),
    priceId: z.string(),
    quantity: z.number().int().min(1).optional().describe('As many as now, if left out'),
  })
  type Change = z.infer<typeof change>
  const wantedOf = async (stripe: Stripe, { itemId, priceId, quantity }: Change) => {
    const { recurring, product } = await stripe.prices.retrieve(priceId, { expand: ['product'] })
    const isKnown = typeof product === 'object' && !product.deleted
    return {
      ...{ itemId, price: priceId, quantity, metered: recurring?.usage_type === 'metered' },
      hasTrial: isKnown && trialDaysOf(product.metadata) > 0,
    }
  }

  const previewPlanChange = defineTool({
    name: 'preview_plan_change',
    description: 'Says what a change of plan or quantity would cost now, without making it.',
    effect: 'read',
    input: change,
    output: z.object({
      ...SHOWN,
      currency: z.string(),
      isPeriodCounted: z
        .boolean()
        .describe('Whether the rest of the period is counted; else a new one begins'),
      trial: z
        .enum(['goes_on', 'ends'])
        .nullable()
        .describe('What becomes of the trial that it is in: nothing is charged, or it ends'),
      lines: z.array(z.object({ description: z.string().nullable(), amount: z.number().int() })),
    }),
    run: (input) =>
      gateway.call(async (stripe) => {
        const wanted = await wantedOf(stripe, input)
        return previewOf(await changeTarget(stripe, input.subscriptionId, wanted))
      }),
  })

  const changePlanTool = defineTool({
    name: 'change_plan',
    description:
      'Changes the plan or quantity of a subscription. The rest of the period is charged at once; where that fails, nothing is changed.',
    effect: 'idempotent',
    input: change.extend({
      shown: z
        .object(SHOWN)
        .optional()
        .describe(
          'From a preview of the last ten minutes: the change then costs that, or is not made',
        ),
    }),
    output: subscription,
    async run({ shown, ...input }, ctx) {
      const { subscriptionId: id } = input
      const wanted = await gateway.call((stripe) => wantedOf(stripe, input))
      return described(await steps.run(id, ctx, { change: input }, changing(id, wanted, shown)))
    },
  })

  const createPortalSession = defineTool({
    name: 'create_portal_session',
    description: "Opens Stripe's page where a customer sees to cards, invoices and subscriptions.",
    effect: 'idempotent',
    input: z.object({
      customerId: z.string(),
      returnUrl: z.url().describe("Where the page leads back to: an address of the application's"),
    }),
    output: z.object({ url: z.url() }),
    async run({ customerId: customer, returnUrl }, { idempotencyKey: key }) {
      const return_url = urls.choose(returnUrl, '/billing').href
      const { url } = await gateway.call((stripe) =>
        stripe.billingPortal.sessions.create(
          { customer, return_url },
          { idempotencyKey: idempotencyKeyOf(key) },
        ),
      )
      return { url }
    },
  })

  return {
    retrieveSubscription,
    cancelSubscription,
    resumeSubscription,
    previewPlanChange,
    changePlan: changePlanTool,
    createPortalSession,
  }
}
