import { collect } from '../invoices/collect.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { openSubscription, type CreateParameters } from './create.js'
import { requireMethod, requirePaid } from './require-paid.js'

/** Opens a subscription and collects its first invoice, as `payment_behavior` says. */
export function startSubscription(tx: Transaction, parameters: CreateParameters): Subscription {
  const { subscription, invoice } = openSubscription(tx, parameters)
  const { payment_behavior: behavior, collection_method: by } = parameters
  if (!invoice) return subscription
  if (invoice.amount_due === 0) {
    collect(tx, invoice)
    return subscription
  }
  if (by === 'send_invoice' || behavior === 'default_incomplete') return subscription
  requireMethod(tx, invoice)
  collect(tx, invoice)
  requirePaid(tx, invoice, behavior)
  return subscription
}
