import type Stripe from 'stripe'
import { discountsOf, type DiscountChoice } from '../catalogue/create-discount.js'
import { invalidRequest } from '../http/stripe-error.js'
import { mergeMetadata } from '../http/metadata.js'
import { methodOfCustomer } from '../payments/payment-method.js'
import type { Subscription } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { billChange } from './bill-change.js'
import { changeItems } from './change-items.js'
import { changed } from './changed.js'
import { endTrial } from './renew.js'
import { endOf, scheduleEnd } from './schedule-end.js'

export type UpdateParameters = Stripe.SubscriptionUpdateParams

/** Changes a subscription, bills what the change costs, and tells of it. */
export function updateSubscription(
  tx: Transaction,
  subscription: Subscription,
  parameters: UpdateParameters,
): void {
  refuseEnded(subscription)
  setFields(tx, subscription, parameters)
  const pairs = changeItems(tx, subscription, parameters.items ?? [])
  setTrial(tx, subscription, parameters)
  billChange(tx, subscription, pairs, parameters)
  setEnd(tx, subscription, parameters)
  changed(tx, subscription)
}

function refuseEnded({ id, status, ended_at }: Subscription): void {
  if (ended_at !== null || status === 'canceled')
    throw invalidRequest(
      `The subscription ${id} is ${status}: it cannot be updated any more.`,
      undefined,
      'resource_missing',
    )
}

function setFields(tx: Transaction, subscription: Subscription, given: UpdateParameters): void {
  const { default_payment_method: method, pause_collection: pause } = given
  mergeMetadata(subscription, given.metadata)
  if (given.description !== undefined) subscription.description = given.description || null
  if (given.collection_method) subscription.collection_method = given.collection_method
  if (given.days_until_due) subscription.days_until_due = given.days_until_due
  if (given.discounts !== undefined)
    subscription.discounts = discountsOf(
      tx,
      given.discounts as DiscountChoice[] | null,
      subscription,
      { subscription: subscription.id },
    )
  if (method !== undefined)
    subscription.default_payment_method = method
      ? methodOfCustomer(tx, method, subscription.customer, 'default_payment_method').id
      : null
  if (pause !== undefined)
    subscription.pause_collection = pause
      ? { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null }
      : null
  const missing = given.trial_settings?.end_behavior.missing_payment_method
  if (missing && subscription.trial_settings)
    subscription.trial_settings.end_behavior.missing_payment_method = missing
}

function setTrial(
  tx: Transaction,
  subscription: Subscription,
  { trial_end: end, payment_behavior }: UpdateParameters,
): void {
  if (end === undefined) return
  if (end === 'now') {
    if (subscription.status === 'trialing') endTrial(tx, subscription, payment_behavior)
    return
  }
  if (end <= tx.now) throw invalidRequest('Invalid timestamp: must be in the future.', 'trial_end')
  subscription.status = 'trialing'
  subscription.trial_start ??= tx.now
  subscription.trial_end = end
  subscription.billing_cycle_anchor = end
  for (const item of subscription.items.data) item.current_period_end = end
}

function setEnd(tx: Transaction, subscription: Subscription, given: UpdateParameters): void {
  const { cancel_at, cancel_at_period_end, cancellation_details: words } = given
  if (cancel_at_period_end === true)
    scheduleEnd(tx, subscription, endOf(subscription, 'min_period_end'), true)
  else if (cancel_at !== undefined)
    scheduleEnd(tx, subscription, endOf(subscription, cancel_at), false)
  else if (cancel_at_period_end === false) scheduleEnd(tx, subscription, null, false)
  if (words && subscription.cancellation_details)
    Object.assign(subscription.cancellation_details, {
      ...(words.comment === undefined ? {} : { comment: words.comment }),
      ...(words.feedback === undefined ? {} : { feedback: words.feedback }),
    })
}
