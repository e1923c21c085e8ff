import { defineAgent, type AnyAgent } from '@titanforge/core'
import { disputeAlert } from './alerts/dispute-opened.js'
import { failedPaymentAlert } from './alerts/payment-failed.js'
import { subscriptionBeganAlert } from './alerts/subscription-began.js'
import { subscriptionEndedAlert } from './alerts/subscription-ended.js'
import { unknownPriceAlert } from './alerts/unknown-price.js'
import { weeklyReportAlert } from './alerts/weekly-report.js'
import { workflowFailed } from './alerts/workflow-failed.js'
import type { Channel } from './channels/channel.js'
import type { Alert, Notice } from './notice.js'
import { addressChanged } from './notices/address-changed.js'
import { confirmNewAddress } from './notices/confirm-new-address.js'
import { passwordWasChanged } from './notices/password-changed.js'
import { failedPayment } from './notices/payment-failed.js'
import { receipt } from './notices/payment-succeeded.js'
import { refund } from './notices/refund.js'
import { repeatedRegistration } from './notices/registration-repeated.js'
import { resetPassword } from './notices/reset-password.js'
import { cancelledSubscription } from './notices/subscription-cancelled.js'
import { changedSubscription } from './notices/subscription-changed.js'
import { endedSubscription } from './notices/subscription-ended.js'
import { endingTrial } from './notices/trial-ending.js'
import { verifyAddress } from './notices/verify-address.js'
import { weeklyReport } from './notices/weekly-report.js'
import { welcome } from './notices/welcome.js'
import { workflowFinished } from './notices/workflow-finished.js'
import type { Notifier } from './notifier.js'

/** What customers and the team are told of. Other plugins add to it by contributing `notices`. */
const NOTICES: readonly (Notice | Alert)[] = [
  verifyAddress,
  resetPassword,
  confirmNewAddress,
  addressChanged,
  passwordWasChanged,
  repeatedRegistration,
  welcome,
  receipt,
  failedPayment,
  endingTrial,
  changedSubscription,
  cancelledSubscription,
  endedSubscription,
  refund,
  workflowFinished,
  weeklyReport,
  failedPaymentAlert,
  disputeAlert,
  subscriptionBeganAlert,
  subscriptionEndedAlert,
  unknownPriceAlert,
  workflowFailed,
  weeklyReportAlert,
]

/** Tells people what happened. */
export function notificationAgent(
  notifier: Notifier,
  channels: readonly Channel[],
  others: readonly (Notice | Alert)[],
): AnyAgent {
  return defineAgent({
    name: 'notification-agent',
    description: 'Tells people what happened.',
    on: [...NOTICES, ...others].flatMap((notice) => notifier.handles(notice, channels)),
  })
}
