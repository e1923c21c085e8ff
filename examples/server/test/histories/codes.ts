import type Stripe from 'stripe'

/** Promotion codes: one that always goes, one of one currency and one invoice, and one for the first who takes it. */
export const codes = ['HALF', 'FIVE', 'LAST'] as const
export type Code = (typeof codes)[number]

/** Has them at Stripe. */
export async function createCodes({ coupons, promotionCodes }: Stripe): Promise<void> {
  const create = async (code: Code, coupon: Stripe.CouponCreateParams) => {
    const { id } = await coupons.create(coupon)
    await promotionCodes.create({ code, promotion: { type: 'coupon', coupon: id } })
  }
  await create('HALF', { percent_off: 50, duration: 'forever' })
  await create('FIVE', { amount_off: 500, currency: 'usd', duration: 'once' })
  await create('LAST', {
    ...{ percent_off: 100, duration: 'repeating', duration_in_months: 2, max_redemptions: 1 },
  })
}
