import type Stripe from 'stripe'
import { invalidRequest } from '../http/stripe-error.js'
import { collect } from '../invoices/collect.js'
import { draftInvoice } from '../invoices/draft-invoice.js'
import { finalize } from '../invoices/finalize.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { end, NO_DETAILS } from './end.js'
import { creditRest } from './proration.js'

/** Cancels a subscription now; with `prorate`, the rest of its period is given back as credit. */
export function cancelNow(
  tx: Transaction,
  subscription: Subscription,
  parameters: Stripe.SubscriptionCancelParams = {},
): void {
  if (subscription.ended_at !== null)
    throw invalidRequest(`No such subscription: ${subscription.id}`, 'id', 'resource_missing')
  const { comment, feedback } = parameters.cancellation_details ?? {}
  const details = subscription.cancellation_details ?? NO_DETAILS
  subscription.cancellation_details = {
    ...details,
    ...(comment ? { comment } : {}),
    ...(feedback ? { feedback } : {}),
  }
  if (parameters.prorate && subscription.status !== 'trialing') {
    for (const item of subscription.items.data) creditRest(tx, subscription, item, tx.now)
  }
  end(tx, subscription, 'cancellation_requested')
  if (!parameters.invoice_now) return
  const { customer, currency } = subscription
  const invoice = draftInvoice(tx, {
    customer,
    currency,
    billing_reason: 'manual',
    lines: [],
    subscription,
    takesPending: true,
  })
  finalize(tx, invoice)
  collect(tx, invoice)
}
