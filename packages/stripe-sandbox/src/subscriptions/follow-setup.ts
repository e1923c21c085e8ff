import type { SetupIntent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** A subscription that waited for a payment method, because its trial costs nothing, has one now. */
export function followSetup(tx: Transaction, { id, payment_method }: SetupIntent): void {
  for (const subscription of tx.find('subscription', (it) => it.pending_setup_intent === id)) {
    subscription.pending_setup_intent = null
    if (subscription.payment_settings?.save_default_payment_method === 'on_subscription')
      subscription.default_payment_method = payment_method
    tx.emit('customer.subscription.updated', subscription)
  }
}
