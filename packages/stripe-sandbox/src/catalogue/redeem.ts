import { invalidRequest } from '../http/stripe-error.js'
import type { Coupon, PromotionCode } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** What a request names as a discount. */
export interface CouponChoice {
  coupon?: string
  promotion_code?: string
}

/** For whom, and in which currency, something is bought. */
export interface Buyer {
  customer: string | null
  currency: string
}

export interface Offer {
  coupon: Coupon
  promotion: PromotionCode | undefined
}

/**
 * The coupon that a request names, itself or by a promotion code.
 *
 * @throws StripeError where it is used up, has expired, or is for somebody else or another currency.
 */
export function offerOf(tx: Transaction, choice: CouponChoice, buyer: Buyer): Offer {
  const promotion = choice.promotion_code
    ? tx.get('promotion_code', choice.promotion_code, 'discounts[0][promotion_code]')
    : undefined
  const id = promotion ? promotion.promotion.coupon : choice.coupon
  const coupon = tx.get('coupon', id ?? '', 'discounts[0][coupon]')
  if (!coupon.valid)
    throw invalidRequest(
      `Coupon ${coupon.id} is used up or has expired.`,
      'discounts',
      'coupon_expired',
    )
  if (promotion && !isFor(promotion, buyer))
    throw invalidRequest('This promotion code is invalid.', 'discounts[0][promotion_code]')
  if (coupon.currency !== null && coupon.currency !== buyer.currency)
    throw invalidRequest(
      `The coupon ${coupon.id} is in \`${coupon.currency}\`. This doesn't match the expected currency: \`${buyer.currency}\`.`,
      'discounts[0][coupon]',
    )
  return { coupon, promotion }
}

const isFor = ({ active, customer }: PromotionCode, buyer: Buyer) =>
  active && (customer === null || customer === buyer.customer)

/** Customers may type a code in small or in capital letters. */
export const isSameCode = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase()

/** Counts a redemption. What was the last one leaves nothing to redeem. */
export function redeem(tx: Transaction, { coupon, promotion }: Offer): void {
  coupon.times_redeemed += 1
  if (coupon.times_redeemed === coupon.max_redemptions) retire(tx, coupon)
  if (!promotion) return
  promotion.times_redeemed += 1
  if (promotion.times_redeemed === promotion.max_redemptions) promotion.active = false
}

/** Lets nobody redeem a coupon any more, by whichever code. */
export function retire(tx: Transaction, coupon: Coupon): void {
  coupon.valid = false
  for (const code of tx.find('promotion_code', (it) => it.promotion.coupon === coupon.id))
    code.active = false
}
