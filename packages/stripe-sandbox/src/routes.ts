import { couponRoutes } from './catalogue/coupon-routes.js'
import { priceRoutes } from './catalogue/price-routes.js'
import { productRoutes } from './catalogue/product-routes.js'
import { checkoutRoutes } from './checkout/routes.js'
import { clockRoutes } from './clocks/routes.js'
import { customerRoutes } from './customers/routes.js'
import { entitlementRoutes } from './entitlements/routes.js'
import type { Operation } from './http/operation.js'
import { creditNoteRoutes } from './invoices/credit-note-routes.js'
import { invoiceItemRoutes } from './invoices/item-routes.js'
import { invoiceRoutes } from './invoices/routes.js'
import { meterRoutes } from './meters/routes.js'
import { chargeRoutes } from './payments/charge-routes.js'
import { paymentIntentRoutes } from './payments/payment-intent-routes.js'
import { paymentMethodRoutes } from './payments/payment-method-routes.js'
import { portalRoutes } from './portal/routes.js'
import { searchRoutes } from './search/routes.js'
import { subscriptionRoutes } from './subscriptions/routes.js'
import { webhookRoutes } from './webhooks/routes.js'
import type { World } from './world/world.js'

/** Every operation of the API that the sandbox answers. */
export const operations = (world: World): Operation[] => [
  ...chargeRoutes,
  ...checkoutRoutes,
  ...clockRoutes(world),
  ...couponRoutes,
  ...creditNoteRoutes,
  ...customerRoutes,
  ...entitlementRoutes,
  ...invoiceItemRoutes,
  ...invoiceRoutes,
  ...meterRoutes,
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...portalRoutes,
  ...priceRoutes,
  ...productRoutes,
  ...searchRoutes,
  ...subscriptionRoutes,
  ...webhookRoutes,
]
