import { readFile } from 'node:fs/promises'
import type { Notice } from '../../src/index.js'
import { addressChanged } from '../../src/notices/address-changed.js'
import { confirmNewAddress } from '../../src/notices/confirm-new-address.js'
import { passwordWasChanged } from '../../src/notices/password-changed.js'
import { failedPayment } from '../../src/notices/payment-failed.js'
import { receipt } from '../../src/notices/payment-succeeded.js'
import { refund } from '../../src/notices/refund.js'
import { repeatedRegistration } from '../../src/notices/registration-repeated.js'
import { resetPassword } from '../../src/notices/reset-password.js'
import { cancelledSubscription } from '../../src/notices/subscription-cancelled.js'
import { changedSubscription } from '../../src/notices/subscription-changed.js'
import { endedSubscription } from '../../src/notices/subscription-ended.js'
import { endingTrial } from '../../src/notices/trial-ending.js'
import { verifyAddress } from '../../src/notices/verify-address.js'
import { weeklyReport } from '../../src/notices/weekly-report.js'
import { welcome } from '../../src/notices/welcome.js'
import { workflowFinished } from '../../src/notices/workflow-finished.js'
import { changeOf } from '../subscription-event.js'

// As the Analytics Agent drew it.
const CHART = new URL('../../../test/mails/chart.png', import.meta.url)

const at = '2026-05-03T10:00:00.000Z'
const userId = '1'
const link = { userId, linkId: '2', email: 'ada@example.com' }
const payment = {
  userId,
  kind: 'invoice' as const,
  paymentId: 'in_1Uu47a',
  amount: 2_900,
  currency: 'usd',
}
const sample = <Payload>(notice: Notice<Payload>, payload: Payload) => ({ notice, payload })

/** One of each kind of mail. */
export const samples = [
  sample(verifyAddress, link),
  sample(resetPassword, link),
  sample(repeatedRegistration, { userId, at }),
  sample(confirmNewAddress, link),
  sample(passwordWasChanged, { userId, how: 'reset', at }),
  sample(addressChanged, { userId, from: 'old@example.com', to: 'new@example.com', at }),
  sample(welcome, changeOf('s1', userId)),
  sample(receipt, { ...payment, paidAt: at }),
  sample(failedPayment, {
    ...payment,
    attempt: 1,
    failedAt: at,
    nextAttemptAt: '2026-05-06T10:00:00.000Z',
    payUrl: 'https://pay.example/in_1Uu47a',
  }),
  sample(refund, {
    userId,
    paymentId: 'ch_3UmWZT',
    amount: 900,
    amountRefunded: 900,
    full: false,
    currency: 'usd',
    refundedAt: at,
  }),
  sample(endingTrial, { userId, subscriptionId: 's1', trialEnd: at }),
  sample(changedSubscription, changeOf('s1', userId)),
  sample(cancelledSubscription, changeOf('s1', userId, { scheduledEnd: at })),
  sample(endedSubscription, changeOf('s1', userId, { status: 'canceled', access: false })),
  sample(workflowFinished, {
    userId,
    runId: '019b0000-0000-7000-8000-000000000001',
    workflow: 'micro-feature-development',
    version: 1,
    status: 'succeeded',
    error: null,
  }),
  sample(weeklyReport, {
    userId,
    weekStart: '2026-04-27T00:00:00.000Z',
    figures: [
      ['MRR', '$1,280.00'],
      ['Agent runs', '128'],
    ],
    chart: {
      png: await readFile(CHART, 'base64'),
      alt: 'Monthly recurring revenue by day',
    },
  }),
] as readonly { notice: Notice; payload: unknown }[]
