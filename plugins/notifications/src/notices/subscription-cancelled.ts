import { subscriptionChanged } from '@titanforge/stripe'
import { openProduct } from '../letter/open-product.js'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'

/** Confirms a cancellation that takes effect later, and says until when there is access. */
export const cancelledSubscription = defineNotice({
  name: 'subscription-cancelled',
  topic: 'billing',
  event: subscriptionChanged,
  // Not the day: who resumes it and cancels again, to the same day, is told again.
  businessKey: ({ subscriptionId, revision }) =>
    `subscription-cancelled:${subscriptionId}:${revision}`,
  wanted: ({ before, after }) =>
    after.access && after.scheduledEnd !== null && before?.scheduledEnd !== after.scheduledEnd,
  letter({ after }, { product }) {
    const end = utcDay(after.scheduledEnd ?? '')
    return {
      subject: `Your subscription to ${product.productName} ends on ${end}`,
      blocks: [
        { paragraph: `Your subscription is cancelled. You have access until ${end}.` },
        { paragraph: 'If you change your mind until then, you can resume it.' },
        ...openProduct(product),
      ],
    }
  },
})
