import { priceAmount } from '../billing/price-amount.js'
import { couponOf } from '../invoices/totals.js'
import { blank } from '../spec/blank.js'
import type { CheckoutSession, Price, Product } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { view } from '../world/view.js'

/** What a session sells, as the API lists it. */
export function lineItemsOf(tx: Transaction, session: CheckoutSession): { id: string }[] {
  const discounts = amountsOf(tx, session)
  return session._lines.map(({ id, price: priceId, quantity }, index) => {
    const price = tx.get('price', priceId)
    const subtotal = lineAmount(price, quantity)
    const discount = discounts[index] ?? 0
    return blank<{
      id: string
      [field: string]: unknown
    }>('item', {
      id,
      amount_discount: discount,
      amount_subtotal: subtotal,
      amount_total: subtotal - discount,
      currency: price.currency,
      description: nameOf(tx, price),
      metadata: {},
      price: view(tx, price),
      quantity: quantity ?? null,
    })
  })
}

/** What a line costs in its first period; usage costs nothing yet. */
export const lineAmount = (price: Price, quantity: number | undefined): number =>
  price.recurring?.usage_type === 'metered' ? 0 : priceAmount(price, quantity ?? 1)

export const nameOf = (tx: Transaction, price: Price): string =>
  (tx.peek(price.product) as Product | undefined)?.name ?? price.product

/** What the session's coupons take off each line. */
export function amountsOf(tx: Transaction, { _lines, discounts }: CheckoutSession): number[] {
  const rest = _lines.map(({ price, quantity }) => lineAmount(tx.get('price', price), quantity))
  const whole = [...rest]
  for (const { coupon: id } of discounts ?? []) {
    if (!id) continue
    const coupon = couponOf(tx, { source: { coupon: id, type: 'coupon' } } as never)
    let left = coupon.amount_off ?? Infinity
    for (const [index, amount] of rest.entries()) {
      const share =
        coupon.percent_off === null ? Infinity : Math.round((amount * coupon.percent_off) / 100)
      const off = Math.min(amount, left, share)
      rest[index] = amount - off
      left -= off
    }
  }
  return whole.map((amount, index) => amount - (rest[index] ?? 0))
}
