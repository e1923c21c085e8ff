import { subscriptionChanged } from '@titanforge/stripe'
import { planBlocks, plansOf } from '../letter/plan.js'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'
import { openProduct } from '../letter/open-product.js'

/** Thanks for a subscription as soon as it gives access. */
export const welcome = defineNotice({
  name: 'welcome',
  topic: 'billing',
  event: subscriptionChanged,
  businessKey: ({ subscriptionId }) => `welcome:${subscriptionId}`,
  // Not before the catalogue knows what was bought: the mail names it.
  wanted: ({ after }) => after.access && after.items.every((item) => item.name !== null),
  letter({ after }, { product }) {
    const { productName } = product
    const plans = plansOf(after.items)
    const names = plans.map(({ name }) => name).join(', ')
    const until = after.currentPeriodEnd
    return {
      subject: names ? `Welcome to ${productName}: ${names}` : `Welcome to ${productName}`,
      blocks: [
        { paragraph: `Thank you for subscribing. You now have access to ${productName}.` },
        ...plans.flatMap(planBlocks),
        ...(until ? [{ paragraph: `Your current period ends on ${utcDay(until)}.` }] : []),
        ...openProduct(product),
      ],
    }
  },
})
