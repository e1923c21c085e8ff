import { invalidRequest } from '../http/stripe-error.js'
import { boundary } from '../billing/period.js'
import { blank } from '../spec/blank.js'
import type { Coupon, Discount } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** What a request names as a discount. */
export interface DiscountChoice {
  coupon?: string
  promotion_code?: string
  discount?: string
}

/**
 * Makes the discounts that a request asks for; one that exists already is taken as it is.
 *
 * @returns their ids.
 */
export function discountsOf(
  tx: Transaction,
  choices: readonly DiscountChoice[] | null | undefined,
  on: Partial<Discount>,
): string[] {
  return (choices ?? []).map((choice) => choice.discount ?? create(tx, choice, on).id)
}

function create(tx: Transaction, choice: DiscountChoice, on: Partial<Discount>): Discount {
  const promotion = choice.promotion_code
    ? tx.get('promotion_code', choice.promotion_code, 'discounts[0][promotion_code]')
    : undefined
  const id = promotion ? promotion.promotion.coupon : choice.coupon
  const coupon = tx.get('coupon', id ?? '', 'discounts[0][coupon]')
  if (!isValid(tx, coupon) || promotion?.active === false)
    throw invalidRequest(
      `Coupon ${coupon.id} is used up or has expired.`,
      'discounts',
      'coupon_expired',
    )
  coupon.times_redeemed += 1
  if (promotion) promotion.times_redeemed += 1
  const months = { interval: 'month', interval_count: coupon.duration_in_months ?? 0 }
  const discount = tx.add(
    'discount',
    blank('discount', {
      id: tx.id('discount'),
      end: coupon.duration === 'repeating' ? boundary(tx.now, months, 1) : null,
      promotion_code: promotion?.id ?? null,
      source: { coupon: coupon.id, type: 'coupon' },
      start: tx.now,
      ...on,
    }),
  )
  return discount
}

/** Whether a coupon can still be redeemed. */
export function isValid(tx: Transaction, coupon: Coupon): boolean {
  const { valid, max_redemptions, times_redeemed, redeem_by } = coupon
  const left = max_redemptions === null || times_redeemed < max_redemptions
  return valid && left && (redeem_by === null || redeem_by > tx.now)
}
