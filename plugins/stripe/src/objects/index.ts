import type { ObjectType } from '../snapshot.js'
import { chargeRule } from './charge.js'
import { checkoutSessionRule } from './checkout-session.js'
import { customerRule } from './customer.js'
import { invoiceRule } from './invoice.js'
import type { ObjectRule } from './object-rule.js'
import { priceRule } from './price.js'
import { productRule } from './product.js'
import { subscriptionRule } from './subscription.js'

/** How each kind of Stripe object is applied. */
export const objectRules: Record<ObjectType, ObjectRule> = {
  product: productRule,
  price: priceRule,
  customer: customerRule,
  subscription: subscriptionRule,
  invoice: invoiceRule,
  charge: chargeRule,
  'checkout.session': checkoutSessionRule,
}
