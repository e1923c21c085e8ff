import { priceAmount } from '../billing/price-amount.js'
import { amountsOff } from '../catalogue/amounts-off.js'
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
  const parts = _lines.map(({ price: id, quantity }) => {
    const price = tx.get('price', id)
    return { amount: lineAmount(price, quantity), product: price.product }
  })
  const whole = parts.map(({ amount }) => amount)
  for (const { coupon } of discounts ?? []) {
    if (!coupon) continue
    const off = amountsOff(tx.get('coupon', coupon), parts)
    parts.forEach((part, index) => (part.amount -= off[index] ?? 0))
  }
  return whole.map((amount, index) => amount - (parts[index]?.amount ?? 0))
}
