import { invalidRequest } from '../http/stripe-error.js'
import type { CheckoutSession } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** Closes a session that nobody completed. */
export function expireSession(tx: Transaction, session: CheckoutSession): void {
  if (session.status !== 'open')
    throw invalidRequest(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status ?? 'unknown'}.`,
    )
  session.status = 'expired'
  session.url = null
  tx.emit('checkout.session.expired', session)
}
