import { subscriptionChanged } from '@titanforge/stripe'
import { openProduct } from '../letter/open-product.js'
import { defineNotice } from '../notice.js'

// The states of a subscription for which nobody ever paid (Stripe's API reference, "subscription.status").
const NEVER_BEGAN = ['incomplete', 'incomplete_expired']

/** Tells that a subscription is over. */
export const endedSubscription = defineNotice({
  name: 'subscription-ended',
  topic: 'billing',
  event: subscriptionChanged,
  businessKey: ({ subscriptionId }) => `subscription-ended:${subscriptionId}`,
  wanted: ({ before, after }) =>
    after.status === 'canceled' && before !== null && !NEVER_BEGAN.includes(before.status),
  letter: (_payload, { product }) => ({
    subject: `Your subscription to ${product.productName} has ended`,
    blocks: [
      { paragraph: 'Your subscription has ended, and nothing more will be charged for it.' },
      { paragraph: 'Thank you for having been with us. You can come back at any time.' },
      ...openProduct(product),
    ],
  }),
})
