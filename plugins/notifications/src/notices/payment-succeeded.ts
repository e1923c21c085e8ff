import { paymentSucceeded } from '@titanforge/stripe'
import { formatMoney } from '@titanforge/core/currency'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'
import { openPage } from '../letter/open-page.js'

/** Confirms a payment. Nothing is said of what cost nothing, such as the first invoice of a trial. */
export const receipt = defineNotice({
  name: 'payment-succeeded',
  topic: 'billing',
  event: paymentSucceeded,
  businessKey: ({ kind, paymentId }) => `payment-succeeded:${kind}:${paymentId}`,
  wanted: ({ amount }) => amount > 0,
  letter({ amount, currency, kind, paymentId, paidAt }, { product }) {
    const paid = formatMoney(amount, currency)
    return {
      subject: `Your payment of ${paid} to ${product.productName}`,
      blocks: [
        { paragraph: 'Thank you: we have received your payment.' },
        {
          facts: [
            ['Amount', paid],
            ['For', kind === 'invoice' ? 'Your subscription' : 'A one-time purchase'],
            ['Paid on', utcDay(paidAt)],
            ['Reference', paymentId],
          ],
        },
        ...openPage(product, 'Open billing', '/billing'),
      ],
    }
  },
})
