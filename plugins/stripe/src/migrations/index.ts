import { billing } from './0001-billing.js'
import { purchases } from './0002-purchases.js'
import { checkouts } from './0003-checkouts.js'
import { overlaps } from './0004-overlaps.js'
import { terms } from './0005-terms.js'
import { usage } from './0006-usage.js'
import { customerDiscounts } from './0007-customer-discounts.js'
import { subscriptionLocks } from './0008-subscription-locks.js'
import { askedChanges } from './0009-asked-changes.js'
import { missingSubscriptions } from './0010-missing-subscriptions.js'

export const migrations = [
  billing,
  purchases,
  checkouts,
  overlaps,
  terms,
  usage,
  customerDiscounts,
  subscriptionLocks,
  askedChanges,
  missingSubscriptions,
]
