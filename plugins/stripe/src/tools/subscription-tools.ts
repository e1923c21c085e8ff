import { defineTool } from '@titanforge/core'
import { z } from 'zod'
import type { StripeGateway } from '../gateway.js'
import { previewChange } from '../preview-change.js'

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

/** What agents may do with subscriptions. */
export function subscriptionTools(gateway: StripeGateway) {
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

  const resumeSubscription = defineTool({
    name: 'resume_subscription',
    description: 'Takes the scheduled end of a subscription back, or ends its pause.',
    effect: 'idempotent',
    input: z.object({ subscriptionId: z.string() }),
    output: subscription,
    async run({ subscriptionId }, { idempotencyKey }) {
      const now = await gateway.call((stripe) => stripe.subscriptions.retrieve(subscriptionId))
      // The portal schedules an end by its date alone.
      const scheduled =
        now.cancel_at !== null && !now.cancel_at_period_end
          ? { cancel_at: '' as const }
          : { cancel_at_period_end: false }
      return described(
        await gateway.call((stripe) =>
          now.status === 'paused'
            ? stripe.subscriptions.resume(subscriptionId, {}, { idempotencyKey })
            : stripe.subscriptions.update(subscriptionId, scheduled, { idempotencyKey }),
        ),
      )
    },
  })

  const change = z.object({
    subscriptionId: z.string(),
    /** The item to change; `si_…`. */
    itemId: z.string(),
    priceId: z.string(),
    quantity: z.number().int().min(1).optional(),
    /** Seconds since the epoch, from a preview. */
    prorationDate: z.number().int().optional(),
  })

  const previewPlanChange = defineTool({
    name: 'preview_plan_change',
    description: 'Says what a change of plan or quantity would cost now, without making it.',
    effect: 'read',
    input: change,
    output: z.object({
      /** Minor units. */
      amountDue: z.number().int(),
      currency: z.string(),
      prorationDate: z.number().int(),
      lines: z.array(z.object({ description: z.string().nullable(), amount: z.number().int() })),
    }),
    run: ({ subscriptionId, itemId, priceId, quantity, prorationDate }) =>
      gateway.call((stripe) =>
        previewChange(
          stripe,
          subscriptionId,
          { id: itemId, price: priceId, quantity },
          prorationDate,
        ),
      ),
  })

  const changePlan = defineTool({
    name: 'change_plan',
    description:
      'Changes the plan or quantity of a subscription. The rest of the period is charged at once; where that fails, nothing is changed.',
    effect: 'idempotent',
    input: change,
    output: subscription,
    run: async ({ subscriptionId, itemId, priceId, quantity, prorationDate }, { idempotencyKey }) =>
      described(
        await gateway.call((stripe) =>
          stripe.subscriptions.update(
            subscriptionId,
            {
              items: [{ id: itemId, price: priceId, quantity }],
              proration_behavior: 'always_invoice',
              payment_behavior: 'error_if_incomplete',
              proration_date: prorationDate,
            },
            { idempotencyKey },
          ),
        ),
      ),
  })

  return {
    retrieveSubscription,
    cancelSubscription,
    resumeSubscription,
    previewPlanChange,
    changePlan,
  }
}
