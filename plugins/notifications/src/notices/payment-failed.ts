import { paymentFailed } from '@titanforge/stripe'
import type { Block } from '../letter/letter.js'
import { formatMoney } from '@titanforge/core/currency'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'

/** Tells that a payment did not arrive, while there is time to do something about it; once an attempt. */
export const failedPayment = defineNotice({
  name: 'payment-failed',
  topic: 'billing',
  event: paymentFailed,
  businessKey: ({ paymentId, attempt }) => `payment-failed:${paymentId}:${attempt}`,
  wanted: () => true,
  letter({ amount, currency, nextAttemptAt, payUrl, paymentId }, { product: { productName } }) {
    const owed = formatMoney(amount, currency)
    const next = nextAttemptAt
      ? `We will try again on ${utcDay(nextAttemptAt)}; you need not do anything if it works then.`
      : 'We will not try again by ourselves.'
    const pay: Block[] = payUrl ? [{ action: { label: 'Pay now', url: payUrl } }] : []
    return {
      subject: `Your payment of ${owed} to ${productName} did not arrive`,
      blocks: [
        { paragraph: 'We tried to collect a payment, and it was refused.' },
        {
          facts: [
            ['Amount', owed],
            ['Reference', paymentId],
          ],
        },
        { paragraph: next },
        ...pay,
      ],
    }
  },
})
