import { boundary } from '../billing/period.js'
import { blank } from '../spec/blank.js'
import type { Discount } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { offerOf, redeem, type Buyer, type CouponChoice } from './redeem.js'

/** What a request names as a discount; one that exists already, or what it is made of. */
export interface DiscountChoice extends CouponChoice {
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
  buyer: Buyer,
  on: Partial<Discount>,
): string[] {
  return (choices ?? []).map((choice) => choice.discount ?? create(tx, choice, buyer, on).id)
}

function create(
  tx: Transaction,
  choice: DiscountChoice,
  buyer: Buyer,
  on: Partial<Discount>,
): Discount {
  const offer = offerOf(tx, choice, buyer)
  const { coupon, promotion } = offer
  redeem(tx, offer)
  const months = { interval: 'month', interval_count: coupon.duration_in_months ?? 0 }
  return tx.add(
    'discount',
    blank('discount', {
      id: tx.id('discount'),
      customer: buyer.customer,
      end: coupon.duration === 'repeating' ? boundary(tx.now, months, 1) : null,
      promotion_code: promotion?.id ?? null,
      source: { coupon: coupon.id, type: 'coupon' },
      start: tx.now,
      ...on,
    }),
  )
}
