import { z } from 'zod'
import { recurring, reference } from './reading.js'

/** An item of a subscription, as Stripe has it on the outside and as it is kept on the inside. */
export const subscriptionItem = z
  .object({
    id: z.string(),
    price: z.object({
      id: z.string(),
      product: reference.pipe(z.string()),
      currency: z.string(),
      unit_amount: z.number().int().nullish(),
      recurring,
    }),
    quantity: z.number().int().nullish(),
    current_period_start: z.number().nullish(),
    current_period_end: z.number().nullish(),
  })
  .transform(({ id, price, quantity, ...period }) => ({
    id,
    priceId: price.id,
    productId: price.product,
    currency: price.currency,
    unitAmount: price.unit_amount ?? null,
    interval: price.recurring?.interval ?? null,
    intervalCount: price.recurring?.interval_count ?? 1,
    metered: price.recurring?.usage_type === 'metered',
    // Metered items have none.
    quantity: quantity ?? null,
    periodStart: period.current_period_start ?? null,
    periodEnd: period.current_period_end ?? null,
  }))

/** An item as it is kept in `subscriptions.items`. Periods are seconds since the epoch. */
export type StoredItem = z.infer<typeof subscriptionItem>
