import { unknownPriceFound } from '@titanforge/provisioning'
import { defineAlert } from '../notice.js'

/** A customer pays for a price of which the catalogue knows nothing, and so gets nothing. */
export const unknownPriceAlert = defineAlert({
  name: 'alert-unknown-price',
  event: unknownPriceFound,
  businessKey: ({ subscriptionId, priceId }) => `alert-unknown-price:${subscriptionId}:${priceId}`,
  wanted: () => true,
  letter: ({ subscriptionId, priceId }, { user }) => ({
    subject: 'A customer pays for a price that the catalogue does not know',
    blocks: [
      {
        facts: [
          ['Customer', user?.email ?? 'gone'],
          ['Subscription', subscriptionId],
          ['Price', priceId],
        ],
      },
      { paragraph: 'Give the price a product in Stripe, or refund the customer.' },
    ],
  }),
})
