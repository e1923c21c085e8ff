import { z } from 'zod'
import type { Discount } from '../contract.js'
import { moment } from './reading.js'

const coupon = z.object({
  duration: z.string(),
  percent_off: z.number().nullish(),
  amount_off: z.number().int().nullish(),
  currency: z.string().nullish(),
})

/** A discount of a customer, a subscription or an item; undefined where its coupon was not expanded. */
export const discount = z
  .object({
    end: moment,
    source: z.object({ coupon: z.union([z.string(), coupon]).nullish() }).nullish(),
    // Where API versions before 2025-09-30 keep it.
    coupon: coupon.nullish(),
  })
  .transform(({ end, source, coupon: older }): Discount | undefined => {
    const found = typeof source?.coupon === 'object' ? source.coupon : older
    if (!found) return undefined
    return {
      duration: found.duration,
      percentOff: found.percent_off ?? null,
      amountOff: found.amount_off ?? null,
      currency: found.currency ?? null,
      endsAt: end?.toISOString() ?? null,
    }
  })

/**
 * The discounts of a subscription or an item, as far as they were expanded: of what came as an id, nothing
 * is known.
 */
export const discounts = z
  .array(z.union([z.string(), discount]))
  .nullish()
  .transform((list) =>
    (list ?? []).flatMap((one) => (typeof one === 'string' || !one ? [] : [one])),
  )
