import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'
import { end, expireIncomplete } from './end.js'
import { periodEnd } from './items.js'
import { renew } from './renew.js'
import { giveResumptionUp } from './resume.js'

/** Seconds in which a first payment has to come. */
const INCOMPLETE_FOR = 23 * 3600
/** Seconds before the end of a trial at which it is announced. */
const TRIAL_NOTICE = 3 * 86_400

/** When something happens to a subscription next, in seconds since the epoch. */
export function subscriptionDueAt(subscription: Subscription): number | null {
  const { status, created, cancel_at } = subscription
  switch (status) {
    case 'incomplete':
      return subscription._waits_until ?? created + INCOMPLETE_FOR
    case 'paused':
      return earliest(cancel_at, subscription._resumption?.until)
    case 'trialing':
    case 'active':
    case 'past_due':
    case 'unpaid':
      return Math.min(
        cancel_at ?? Infinity,
        subscription.pause_collection?.resumes_at ?? Infinity,
        trialNoticeAt(subscription) ?? Infinity,
        periodEnd(subscription),
      )
    default:
      return null
  }
}

/** Does the first of what is due now. */
export function actOnSubscription(tx: Transaction, subscription: Subscription): void {
  const { now } = tx
  if (subscription.status === 'incomplete') {
    // A debit on its way may yet pay: only where that fails has no payment come in time.
    const settlesAt = firstPaymentSettlesAt(tx, subscription)
    if (settlesAt === undefined) return expireIncomplete(tx, subscription)
    subscription._waits_until = settlesAt + 1
    return
  }
  if (subscription.status === 'paused' && (subscription._resumption?.until ?? Infinity) <= now)
    return giveResumptionUp(tx, subscription)
  if ((subscription.pause_collection?.resumes_at ?? Infinity) <= now) {
    subscription.pause_collection = null
    return changed(tx, subscription)
  }
  if ((trialNoticeAt(subscription) ?? Infinity) <= now) {
    subscription._trial_noticed = subscription.trial_end ?? 0
    tx.emit('customer.subscription.trial_will_end', subscription)
    return
  }
  if ((subscription.cancel_at ?? Infinity) <= now)
    return end(tx, subscription, 'cancellation_requested')
  renew(tx, subscription)
}

/** When it will be known whether the first payment comes, where that is under way. */
function firstPaymentSettlesAt(tx: Transaction, { latest_invoice }: Subscription) {
  const invoice = tx.maybe('invoice', latest_invoice)
  return tx.maybe('payment_intent', invoice?._payment_intent)?._settles_at ?? undefined
}

function earliest(...moments: (number | null | undefined)[]): number | null {
  const known = moments.filter((moment) => moment != null)
  return known.length > 0 ? Math.min(...known) : null
}

function trialNoticeAt(subscription: Subscription): number | null {
  const { status, trial_start, trial_end, _trial_noticed } = subscription
  if (status !== 'trialing' || trial_end === null || _trial_noticed === trial_end) return null
  // A trial of less than three days is announced when it begins.
  return Math.max(trial_end - TRIAL_NOTICE, trial_start ?? 0)
}
