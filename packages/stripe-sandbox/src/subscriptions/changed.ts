import { refreshEntitlements } from '../entitlements/refresh.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** Tells that a subscription changed, if it did, and lets the customer's entitlements follow. */
export function changed(tx: Transaction, subscription: Subscription): void {
  tx.emit('customer.subscription.updated', subscription)
  refreshEntitlements(tx, subscription.customer)
}
