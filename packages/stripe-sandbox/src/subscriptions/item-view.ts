import type { Price, SubscriptionItem } from '../world/kinds.js'
import { publicFields } from '../world/public-fields.js'
import type { Transaction } from '../world/transaction.js'

/** A subscription item as Stripe shows it: with its price, and the plan that the price was called once. */
export function itemView(tx: Pick<Transaction, 'peek'>, item: SubscriptionItem): object {
  const price = tx.peek(item.price) as Price | undefined
  return {
    ...publicFields(item),
    price: price && publicFields(price),
    plan: price && planOf(price),
  }
}

function planOf(price: Price) {
  const { id, active, billing_scheme, created, currency, livemode, metadata, nickname } = price
  const { interval, interval_count, meter, trial_period_days, usage_type } = price.recurring ?? {}
  return {
    id,
    object: 'plan',
    active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme,
    created,
    currency,
    interval,
    interval_count,
    livemode,
    metadata,
    meter,
    nickname,
    product: price.product,
    tiers_mode: price.tiers_mode,
    transform_usage: null,
    trial_period_days,
    usage_type,
  }
}
