import type Stripe from 'stripe'
import { listOf, pageOf } from '../http/list.js'
import { operation } from '../http/operation.js'
import { invalidRequest, noSuch } from '../http/stripe-error.js'
import type { Subscription, SubscriptionItem } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { without } from '../world/without.js'
import { cancelNow } from './cancel.js'
import type { CreateParameters } from './create.js'
import { pause } from './pause.js'
import { preview } from './preview.js'
import { resume } from './resume.js'
import { startSubscription } from './start.js'
import { updateSubscription, type UpdateParameters } from './update.js'

export const subscriptionRoutes = [
  operation<CreateParameters>('POST /v1/subscriptions', ({ tx, params }) =>
    startSubscription(tx, params),
  ),

  operation<Stripe.SubscriptionListParams>('GET /v1/subscriptions', (call) => {
    const { status, price } = call.params
    const fits = (it: Subscription) =>
      hasStatus(it, status) &&
      (price === undefined || it.items.data.some((item) => item.price === price))
    return listOf(call, 'subscription', { fits, handled: ['status', 'price'] })
  }),

  operation('GET /v1/subscriptions/{id}', ({ tx, id }) => tx.get('subscription', id)),

  operation<UpdateParameters>('POST /v1/subscriptions/{id}', ({ tx, params, id }) => {
    const subscription = tx.get('subscription', id)
    updateSubscription(tx, subscription, params)
    return subscription
  }),

  operation<Stripe.SubscriptionCancelParams>(
    'DELETE /v1/subscriptions/{id}',
    ({ tx, params, id }) => {
      const subscription = tx.get('subscription', id)
      cancelNow(tx, subscription, params)
      return subscription
    },
  ),

  operation<Stripe.SubscriptionResumeParams>(
    'POST /v1/subscriptions/{id}/resume',
    ({ tx, params, id }) => {
      const subscription = tx.get('subscription', id)
      resume(tx, subscription, params)
      return subscription
    },
  ),

  operation<Stripe.SubscriptionPauseParams>(
    'POST /v1/subscriptions/{id}/pause',
    ({ tx, params, id }) => {
      const subscription = tx.get('subscription', id)
      pause(tx, subscription, params)
      return subscription
    },
  ),

  operation('DELETE /v1/subscriptions/{id}/discount', ({ tx, id }) => {
    const subscription = tx.get('subscription', id)
    const [discount] = subscription.discounts
    if (!discount) throw invalidRequest('This subscription has no discount.')
    subscription.discounts = []
    tx.emit('customer.subscription.updated', subscription)
    return { ...without(tx.get('discount', discount), 'end'), deleted: true }
  }),

  operation<Stripe.InvoiceCreatePreviewParams>(
    'POST /v1/invoices/create_preview',
    ({ tx, params }) => preview(tx, params),
    { imagines: true },
  ),

  operation<Stripe.SubscriptionItemListParams>('GET /v1/subscription_items', (call) =>
    pageOf(call, call.tx.get('subscription', call.params.subscription, 'subscription').items.data),
  ),

  operation('GET /v1/subscription_items/{id}', ({ tx, id }) => itemById(tx, id).item),

  operation<Stripe.SubscriptionItemCreateParams>(
    'POST /v1/subscription_items',
    ({ tx, params }) => {
      const {
        subscription: id,
        proration_behavior,
        payment_behavior,
        proration_date,
        ...item
      } = without(params, 'expand')
      const subscription = tx.get('subscription', id, 'subscription')
      const how = { proration_behavior, payment_behavior, proration_date }
      updateSubscription(tx, subscription, { items: [item], ...defined(how) })
      return subscription.items.data.at(-1) as SubscriptionItem
    },
  ),

  operation<Stripe.SubscriptionItemUpdateParams>(
    'POST /v1/subscription_items/{id}',
    ({ tx, params, id }) => {
      const { subscription, item } = itemById(tx, id)
      const { proration_behavior, payment_behavior, proration_date, ...change } = without(
        params,
        'expand',
      )
      const how = { proration_behavior, payment_behavior, proration_date }
      updateSubscription(tx, subscription, {
        items: [{ id, ...change }],
        ...defined(how),
      })
      return item
    },
  ),

  operation<Stripe.SubscriptionItemDeleteParams>(
    'DELETE /v1/subscription_items/{id}',
    ({ tx, params, id }) => {
      const { subscription } = itemById(tx, id)
      const { proration_behavior, proration_date } = params
      const how = defined({ proration_behavior, proration_date })
      updateSubscription(tx, subscription, { items: [{ id, deleted: true }], ...how })
      return { id, object: 'subscription_item', deleted: true }
    },
  ),
]

/** Without a status, those that ended are left out; `ended` are those that did. */
function hasStatus({ status, ended_at }: Subscription, wanted: string | undefined): boolean {
  if (wanted === 'all') return true
  if (wanted === 'ended') return ended_at !== null
  return wanted === undefined ? status !== 'canceled' : status === wanted
}

function itemById(
  tx: Transaction,
  id: string,
): { subscription: Subscription; item: SubscriptionItem } {
  const [subscription] = tx.find('subscription', ({ items }) =>
    items.data.some((it) => it.id === id),
  )
  const item = subscription?.items.data.find((it) => it.id === id)
  if (!subscription || !item) throw noSuch('subscription_item', id)
  return { subscription, item }
}

/** Without what is undefined, so that defaults hold. */
function defined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> }
}
