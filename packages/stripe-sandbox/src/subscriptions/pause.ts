import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { changed } from './changed.js'

/** Pauses a subscription as such: it gives nothing and costs nothing until it is resumed. */
export function pauseStatus(
  tx: Transaction,
  subscription: Subscription,
  type: 'pause_requested' | 'trial_end_without_payment_method',
): void {
  subscription.status = 'paused'
  subscription.status_details = {
    paused: { subscription: { type }, transitioned_at: tx.now, type: 'subscription' },
  }
  tx.emit('customer.subscription.paused', subscription)
  changed(tx, subscription)
}
