import type { SubscriptionState } from '@titanforge/stripe'
import Fraction from 'fraction.js'
import { isRunning, takeOff, type Share } from './discount.js'
import type { MrrPolicy } from './policy.js'
import { monthlyPart, periodPrice, withoutTax } from './price.js'

/** What a subscription is worth a month, as of some moment. */
export interface SubscriptionMrr {
  /** Minor units: exact for each item, rounded half up once. */
  amount: number
  /** The same without what is scheduled to end. */
  committed: number
  /** Each item's part, exactly, in the order of the items. */
  items: Fraction[]
  /** Whether the customer is one, be it at no charge. */
  isActive: boolean
}

const NOTHING: SubscriptionMrr = { amount: 0, committed: 0, items: [], isActive: false }

/** A subscription's monthly recurring revenue at a moment, as specs of analytics S1 to S5 define it. */
export function subscriptionMrr(
  state: SubscriptionState,
  at: Date,
  policy: MrrPolicy,
): SubscriptionMrr {
  if (!counts(state, at, policy)) return NOTHING
  const items = discounted(state, at, policy)
  const amount = rounded(items.reduce((sum, item) => sum.add(item), new Fraction(0)))
  const isEnding = state.scheduledEnd !== null || state.cancelAtPeriodEnd
  return { amount, committed: isEnding ? 0 : amount, items, isActive: true }
}

/** A trial does not count, and a late payment only for its days of grace. */
function counts(state: SubscriptionState, at: Date, policy: MrrPolicy): boolean {
  const { status, graceUntil, collectionPaused } = state
  if (collectionPaused !== undefined && collectionPaused !== 'mark_uncollectible')
    if (policy.pausedCollection === 'excluded') return false
  if (status === 'past_due') return graceUntil == null || at < new Date(graceUntil)
  return status === 'active'
}

/** Discounts lower what is paid, of which the tax is a part where prices include it. */
function discounted(state: SubscriptionState, at: Date, policy: MrrPolicy): Fraction[] {
  const own = state.items.flatMap((item) => {
    const part = monthlyPart(item)
    const share = { of: item, monthly: periodPrice(item).mul(part), part }
    const discounts = item.discounts?.filter((discount) => isRunning(discount, at, policy)) ?? []
    return discounts.reduce<Share[]>(takeOff, [share])
  })
  const running = state.discounts?.filter((discount) => isRunning(discount, at, policy)) ?? []
  return running.reduce<Share[]>(takeOff, own).map(({ of, monthly }) => withoutTax(of, monthly))
}

const rounded = (exact: Fraction) => Number(exact.add(new Fraction(1, 2)).floor().n)
