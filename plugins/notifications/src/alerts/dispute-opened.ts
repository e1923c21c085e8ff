import { disputeOpened } from '@titanforge/stripe'
import { formatMoney } from '@titanforge/core/currency'
import { utcDay } from '../letter/utc-day.js'
import { defineAlert } from '../notice.js'

/** A customer's bank takes a payment back; somebody has to answer in time. */
export const disputeAlert = defineAlert({
  name: 'alert-dispute-opened',
  event: disputeOpened,
  businessKey: ({ disputeId }) => `alert-dispute-opened:${disputeId}`,
  wanted: () => true,
  letter: ({ amount, currency, reason, evidenceDueBy, paymentId }, { user }) => ({
    subject: `A payment of ${formatMoney(amount, currency)} is disputed`,
    blocks: [
      {
        facts: [
          ['Customer', user?.email ?? 'gone'],
          ['Reason', reason ?? 'not given'],
          ['Evidence is due by', evidenceDueBy ? utcDay(evidenceDueBy) : 'not given'],
          ['Payment', paymentId],
        ],
      },
    ],
  }),
})
