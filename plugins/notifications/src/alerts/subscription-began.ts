import { subscriptionChanged } from '@titanforge/stripe'
import { plansOf } from '../letter/plan.js'
import { defineAlert } from '../notice.js'

/** A customer has subscribed. */
export const subscriptionBeganAlert = defineAlert({
  name: 'alert-subscription-began',
  event: subscriptionChanged,
  businessKey: ({ subscriptionId }) => `alert-subscription-began:${subscriptionId}`,
  wanted: ({ after }) => after.access && after.items.every((item) => item.name !== null),
  letter({ after }, { user }) {
    const plans = plansOf(after.items).map(({ name }) => name)
    return {
      subject: `A new subscription: ${plans.join(', ')}`,
      blocks: [
        {
          facts: [
            ['Customer', user?.email ?? 'gone'],
            ['Status', after.status],
          ],
        },
      ],
    }
  },
})
