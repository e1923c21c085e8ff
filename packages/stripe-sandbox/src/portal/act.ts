import { StripeError } from '../http/stripe-error.js'
import { field, filledMethod, type Form } from '../pages/payment-fields.js'
import { attach } from '../payments/payment-method.js'
import { cancelNow } from '../subscriptions/cancel.js'
import { changed } from '../subscriptions/changed.js'
import { periodEnd } from '../subscriptions/items.js'
import { scheduleEnd } from '../subscriptions/schedule-end.js'
import { updateSubscription } from '../subscriptions/update.js'
import type { PortalSession, Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** Does what a customer chose in the portal. */
export function act(tx: Transaction, session: PortalSession, form: Form): void {
  const action = field(form, 'action')
  if (action === 'payment_method') return changeMethod(tx, session, form)
  const subscription = tx.get('subscription', field(form, 'subscription'))
  if (subscription.customer !== session.customer) throw notAllowed()
  const { features } = tx.get('billing_portal.configuration', session.configuration)
  switch (action) {
    case 'cancel':
      if (!features.subscription_cancel.enabled) throw notAllowed()
      return cancel(tx, subscription, features.subscription_cancel.mode)
    case 'resume':
      scheduleEnd(tx, subscription, null, false)
      return changed(tx, subscription)
    case 'price':
      if (!features.subscription_update.enabled) throw notAllowed()
      return updateSubscription(tx, subscription, {
        items: [{ id: subscription.items.data[0]?.id ?? '', price: field(form, 'price') }],
        proration_behavior: features.subscription_update.proration_behavior,
      })
    default:
      throw notAllowed()
  }
}

function cancel(tx: Transaction, subscription: Subscription, mode: string): void {
  if (mode === 'immediately') return cancelNow(tx, subscription)
  // Under flexible billing the portal sets `cancel_at` and leaves `cancel_at_period_end` alone.
  scheduleEnd(tx, subscription, periodEnd(subscription), false)
  changed(tx, subscription)
}

function changeMethod(tx: Transaction, session: PortalSession, form: Form): void {
  const customer = tx.get('customer', session.customer)
  const method = filledMethod(tx, form)
  attach(tx, method, customer.id)
  customer.invoice_settings.default_payment_method = method.id
  tx.emit('customer.updated', customer)
  const running = tx.find(
    'subscription',
    (it) => it.customer === customer.id && it.ended_at === null,
  )
  for (const subscription of running) {
    subscription.default_payment_method = method.id
    changed(tx, subscription)
  }
}

const notAllowed = () =>
  new StripeError(403, {
    type: 'invalid_request_error',
    message: 'The portal does not allow that.',
  })
