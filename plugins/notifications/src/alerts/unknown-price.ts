import { subscriptionChanged } from '@titanforge/stripe'
import { defineAlert } from '../notice.js'

/** A customer pays for a price of which the catalogue knows nothing, and so gets nothing. */
export const unknownPriceAlert = defineAlert({
  name: 'alert-unknown-price',
  event: subscriptionChanged,
  businessKey: ({ subscriptionId, after }) =>
    `alert-unknown-price:${subscriptionId}:${unknownPrices(after.items).join()}`,
  wanted: ({ after }) => after.access && unknownPrices(after.items).length > 0,
  letter: ({ after, subscriptionId }, { user }) => ({
    subject: 'A customer pays for a price that the catalogue does not know',
    blocks: [
      {
        facts: [
          ['Customer', user?.email ?? 'gone'],
          ['Subscription', subscriptionId],
          ['Prices', unknownPrices(after.items).join(', ')],
        ],
      },
      { paragraph: 'Give the price a product in Stripe, or refund the customer.' },
    ],
  }),
})

const unknownPrices = (items: readonly { priceId: string; name: string | null }[]) =>
  items.filter(({ name }) => name === null).map(({ priceId }) => priceId)
