import { refunded } from '@titanforge/stripe'
import { formatMoney } from '@titanforge/core/currency'
import { utcDay } from '../letter/utc-day.js'
import { defineNotice } from '../notice.js'

/** Tells that money goes back. */
export const refund = defineNotice({
  name: 'refund',
  topic: 'billing',
  event: refunded,
  // What is refunded of a payment only grows, so each refund ends at a sum of its own.
  businessKey: ({ paymentId, amountRefunded }) => `refund:${paymentId}:${amountRefunded}`,
  wanted: ({ amount }) => amount > 0,
  letter(
    { amount, amountRefunded, currency, full, paymentId, refundedAt },
    { product: { productName } },
  ) {
    const back = formatMoney(amount, currency)
    return {
      subject: `${productName} refunds you ${back}`,
      blocks: [
        {
          paragraph: full
            ? 'We have refunded your payment in full. Your bank may take some days to show it.'
            : 'We have refunded a part of your payment. Your bank may take some days to show it.',
        },
        {
          facts: [
            ['Refunded now', back],
            ['Refunded in all', formatMoney(amountRefunded, currency)],
            ['On', utcDay(refundedAt)],
            ['Reference', paymentId],
          ],
        },
      ],
    }
  },
})
