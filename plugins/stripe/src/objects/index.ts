import type { ObjectType } from '../sync/snapshot.js'
import { chargeRule } from './charge.js'
import { checkoutSessionRule } from './checkout-session.js'
import { creditNoteRule } from './credit-note.js'
import { customerRule } from './customer.js'
import { disputeRule } from './dispute.js'
import { entitlementSummaryRule } from './entitlement-summary.js'
import { invoiceRule } from './invoice.js'
import type { ObjectRule } from './object-rule.js'
import { priceRule } from './price.js'
import { productRule } from './product.js'
import { refundRule } from './refund.js'
import { subscriptionRule } from './subscription.js'

/** How each kind of Stripe object is applied. */
export const objectRules: Record<ObjectType, ObjectRule> = {
  product: productRule,
  price: priceRule,
  customer: customerRule,
  subscription: subscriptionRule,
  invoice: invoiceRule,
  charge: chargeRule,
  refund: refundRule,
  dispute: disputeRule,
  credit_note: creditNoteRule,
  'checkout.session': checkoutSessionRule,
  'entitlements.active_entitlement_summary': entitlementSummaryRule,
}
