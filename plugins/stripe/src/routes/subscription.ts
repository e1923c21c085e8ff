import { route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { BillingService } from '../billing-service.js'
import type { SubscriptionService } from '../subscriptions/subscription-service.js'

const which = {
  subscriptionId: z.uuid().optional().describe('Which one; needed where several are alive'),
}

const shown = z
  .strictObject({
    amountDue: z.number().int().min(0).describe('Minor units that are due at once'),
    credit: z
      .number()
      .int()
      .min(0)
      .describe("Minor units that are put to the customer's credit, for invoices to come"),
    prorationDate: z
      .number()
      .int()
      .positive()
      .describe('From when the rest of the period is counted, in seconds since the epoch'),
  })
  .describe(
    'What a preview of the last ten minutes has shown: the change then costs that, or is not made',
  )

export function subscriptionRoutes(
  billing: BillingService,
  subscriptions: SubscriptionService,
): Route[] {
  const answer = async (userId: string, id?: string) => {
    const all = await billing.subscriptionsOf(userId)
    return { subscription: all.find((one) => id === undefined || one.id === id) ?? null }
  }
  return [
    route({
      method: 'GET',
      path: '/api/billing/subscription',
      auth: 'user',
      summary: "The caller's subscription; of several, the one that goes on charging",
      handler: ({ identity }) => answer(identity.userId),
    }),
    route({
      method: 'POST',
      path: '/api/billing/subscription/cancel',
      auth: 'user',
      summary: 'Cancels a subscription at the end of its period, or now; one that is over stays so',
      body: z
        .strictObject({ ...which, when: z.enum(['period_end', 'now']).default('period_end') })
        .prefault({}),
      async handler({ identity: { userId }, body: { when, subscriptionId } }) {
        return answer(userId, await subscriptions.cancel(userId, when, subscriptionId))
      },
    }),
    route({
      method: 'POST',
      path: '/api/billing/subscription/resume',
      auth: 'user',
      summary: 'Takes the scheduled end of a subscription back, and ends its pause',
      body: z.strictObject(which).prefault({}),
      async handler({ identity: { userId }, body: { subscriptionId } }) {
        return answer(userId, await subscriptions.resume(userId, subscriptionId))
      },
    }),
    route({
      method: 'POST',
      path: '/api/billing/subscription/change',
      auth: 'user',
      summary: 'Changes plan or quantity; with `preview`, only says what that would cost',
      body: z
        .strictObject({
          ...which,
          productId: z.uuid(),
          quantity: z
            .number()
            .int()
            .min(1)
            .optional()
            .describe(
              'As many as now, if left out; more than maxQuantity only where there are so many already',
            ),
          shown: shown.optional(),
          preview: z
            .boolean()
            .default(false)
            .describe('Whether it only says what the change would cost'),
        })
        .refine(({ preview, shown }) => !preview || !shown, {
          path: ['shown'],
          error: 'a preview is of now; leave shown out',
        }),
      async handler({ identity: { userId }, body }) {
        const { preview, subscriptionId, shown, ...change } = body
        if (preview) return { preview: await subscriptions.preview(userId, change, subscriptionId) }
        return answer(userId, await subscriptions.change(userId, change, shown, subscriptionId))
      },
    }),
  ]
}
