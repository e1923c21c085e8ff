import { subscriptionChanged, type SubscriptionItem } from '@titanforge/stripe'
import { openProduct } from '../letter/open-product.js'
import { planBlocks, plansOf } from '../letter/plan.js'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'

/** What a subscription consists of, in no order. */
const contentOf = (items: readonly SubscriptionItem[]) =>
  items
    .map(({ priceId, quantity }) => `${priceId} × ${quantity}`)
    .sort()
    .join()

/** Confirms another plan or quantity, and that a cancelled subscription goes on after all. */
export const changedSubscription = defineNotice({
  name: 'subscription-changed',
  topic: 'billing',
  event: subscriptionChanged,
  businessKey: ({ subscriptionId, revision }) =>
    `subscription-changed:${subscriptionId}:${revision}`,
  wanted({ before, after }) {
    if (!before?.access || !after.access) return false
    const goesOn = before.scheduledEnd !== null && after.scheduledEnd === null
    return goesOn || contentOf(before.items) !== contentOf(after.items)
  },
  letter({ after }, { product }) {
    const plans = plansOf(after.items)
    const until = after.currentPeriodEnd
    return {
      subject: `Your subscription to ${product.productName} has changed`,
      blocks: [
        { paragraph: 'Your subscription has changed. This is what you have now:' },
        ...plans.flatMap(planBlocks),
        ...(until ? [{ paragraph: `Your current period ends on ${utcDay(until)}.` }] : []),
        ...openProduct(product),
      ],
    }
  },
})
