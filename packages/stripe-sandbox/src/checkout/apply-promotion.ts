import { isSameCode, offerOf } from '../catalogue/redeem.js'
import { StripeError } from '../http/stripe-error.js'
import type { CheckoutSession } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { setAmounts } from './set-amounts.js'

/** Takes the discount of a promotion code that the customer typed in. */
export function applyPromotion(tx: Transaction, session: CheckoutSession, code: string): void {
  const [promotion] = tx.find('promotion_code', (it) => it.active && isSameCode(it.code, code))
  if (!promotion)
    throw new StripeError(402, {
      type: 'invalid_request_error',
      message: 'This promotion code is invalid.',
    })
  const { customer, currency } = session
  const { coupon } = offerOf(
    tx,
    { promotion_code: promotion.id },
    { customer, currency: currency ?? '' },
  )
  session.discounts = [{ coupon: coupon.id, promotion_code: promotion.id }]
  setAmounts(tx, session)
}
