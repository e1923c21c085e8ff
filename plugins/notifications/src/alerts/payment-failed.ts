import { paymentFailed } from '@titanforge/stripe'
import { formatMoney } from '@titanforge/core/currency'
import { utcDay } from '../letter/utc-day.js'
import { defineAlert } from '../notice.js'

/** A customer's payment was refused. */
export const failedPaymentAlert = defineAlert({
  name: 'alert-payment-failed',
  event: paymentFailed,
  businessKey: ({ paymentId, attempt }) => `alert-payment-failed:${paymentId}:${attempt}`,
  wanted: () => true,
  letter: ({ amount, currency, attempt, nextAttemptAt, paymentId }, { user }) => ({
    subject: `A payment of ${formatMoney(amount, currency)} failed`,
    blocks: [
      {
        facts: [
          ['Customer', user?.email ?? 'gone'],
          ['Attempt', String(attempt)],
          ['Next attempt', nextAttemptAt ? utcDay(nextAttemptAt) : 'none'],
          ['Payment', paymentId],
        ],
      },
    ],
  }),
})
