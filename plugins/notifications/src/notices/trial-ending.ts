import { trialEnding } from '@titanforge/stripe'
import { openProduct } from '../letter/open-product.js'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'

/** Says before a trial ends that it will cost money then. Card networks ask for that, so it always comes. */
export const endingTrial = defineNotice({
  name: 'trial-ending',
  topic: 'billing',
  event: trialEnding,
  businessKey: ({ subscriptionId, trialEnd }) => `trial-ending:${subscriptionId}:${trialEnd}`,
  wanted: () => true,
  letter: ({ trialEnd }, { product }) => ({
    subject: `Your trial of ${product.productName} ends on ${utcDay(trialEnd)}`,
    blocks: [
      { paragraph: `Your trial ends on ${utcDay(trialEnd)}.` },
      {
        paragraph:
          'From then on your plan is paid for as you chose when you began. If you do not want that, cancel before then; it costs nothing.',
      },
      ...openProduct(product),
    ],
  }),
})
