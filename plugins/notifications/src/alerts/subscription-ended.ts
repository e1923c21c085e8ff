import { endedSubscription } from '../notices/subscription-ended.js'
import { plansOf } from '../letter/plan.js'
import { defineAlert } from '../notice.js'

/** A customer is no longer one. */
export const subscriptionEndedAlert = defineAlert({
  name: 'alert-subscription-ended',
  event: endedSubscription.event,
  businessKey: ({ subscriptionId }) => `alert-subscription-ended:${subscriptionId}`,
  wanted: (payload) => endedSubscription.wanted(payload),
  letter({ after }, { user }) {
    const plans = plansOf(after.items).map(({ name }) => name)
    return {
      subject: `A subscription has ended: ${plans.join(', ')}`,
      blocks: [{ facts: [['Customer', user?.email ?? 'gone']] }],
    }
  },
})
