import type Stripe from 'stripe'
import type {
  Begun,
  CheckoutNotes,
  Deleted,
  Delivery,
  IdempotentAnswer,
  InvoiceNotes,
  Settings,
  ThinEvent,
} from './hidden.js'
import type { Stored } from './stored.js'

export type BalanceTransaction = Stored<Stripe.BalanceTransaction>
export type Charge = Stored<Stripe.Charge>
export type CheckoutSession = Stored<Stripe.Checkout.Session> & CheckoutNotes
export type CreditNote = Stored<Stripe.CreditNote>
export type CreditNoteLine = Stored<Stripe.CreditNoteLineItem>
export type Coupon = Stored<Stripe.Coupon> & {
  /** Nobody can find it any more, but those who have it. */
  _deleted?: boolean
}
export type Customer = Stored<Stripe.Customer>
export type CustomerBalanceTransaction = Stored<Stripe.CustomerBalanceTransaction>
export type Discount = Omit<Stored<Stripe.Discount>, 'deleted'>
export type Dispute = Stored<Stripe.Dispute>
export type ActiveEntitlement = Stored<Stripe.Entitlements.ActiveEntitlement> & {
  _customer: string
}
export type EntitlementFeature = Stored<Stripe.Entitlements.Feature>
export type StripeEvent = Omit<Stored<Stripe.EventBase>, 'data' | 'type'> & {
  type: string
  data: { object: object; previous_attributes?: object }
}
export type Invoice = Stored<Stripe.Invoice> & InvoiceNotes
export type InvoiceItem = Stored<Stripe.InvoiceItem>
export type InvoiceLine = Stored<Stripe.InvoiceLineItem>
export type InvoicePayment = Stored<Stripe.InvoicePayment>
export type Meter = Stored<Stripe.Billing.Meter>
export type MeterEvent = Stored<Stripe.Billing.MeterEvent> & {
  id: string
  /** Whether it counts for nothing: it was taken back, or has an error that was found later. */
  _canceled?: boolean
}
export type PaymentIntent = Stored<Stripe.PaymentIntent> & { _settles_at?: number }
export type PaymentMethod = Stored<Stripe.PaymentMethod> & {
  _authenticated?: boolean
  /** Whether it was taken from its customer, after which nobody can pay with it. */
  _detached?: boolean
}
export type PortalConfiguration = Stored<Stripe.BillingPortal.Configuration>
export type PortalSession = Stored<Stripe.BillingPortal.Session>
export type Price = Stored<Stripe.Price> & {
  /** Described where it was used, and for that alone: it is not listed. */
  _inline?: boolean
}
export type Product = Stored<Stripe.Product>
export type ProductFeature = Stored<Stripe.ProductFeature> & { _product: string }
export type PromotionCode = Stored<Stripe.PromotionCode>
export type Refund = Stored<Stripe.Refund>
export type SetupIntent = Stored<Stripe.SetupIntent>
/** The price of an item is its id; the plan is its twin of old and is made when the item is shown. */
export type SubscriptionItem = Omit<Stored<Stripe.SubscriptionItem>, 'price' | 'plan'> & {
  price: string
  /** The invoice item or line that it was charged with last; none once that was given back. */
  _debit?: string
  /** Until when usage was charged for before the end of a period, in seconds. */
  _charged_until?: number
}
export type Subscription = Omit<Stored<Stripe.Subscription>, 'items'> & {
  items: { object: 'list'; data: SubscriptionItem[]; has_more: boolean; url: string }
  /** Whether customer.subscription.trial_will_end was sent for this end of the trial. */
  _trial_noticed?: number
  /** Until when, in seconds, a first payment that is on its way is waited for. */
  _waits_until?: number
  /** The invoice that a resumption waits for. */
  _resumption?: {
    invoice: string
    /** When it is voided, in seconds; null where a payment was tried, and it is kept. */
    until: number | null
    /** Whether only a payment resumes it; else an attempt that fails does too, as past_due. */
    onSuccess: boolean
  }
}
export type TestClock = Stored<Stripe.TestHelpers.TestClock>
/** Its address and its secret are shown only to who asks for them. */
export type EventDestination = Stored<Stripe.V2.Core.EventDestination> & {
  _url: string
  _secret: string
}
export type WebhookEndpoint = Stored<Stripe.WebhookEndpoint> & { _secret: string }

/** Every kind of record of the world, by its `object` field. */
export interface Kinds {
  balance_transaction: BalanceTransaction
  'billing.meter': Meter
  'billing.meter_event': MeterEvent
  'billing_portal.configuration': PortalConfiguration
  'billing_portal.session': PortalSession
  charge: Charge
  'checkout.session': CheckoutSession
  coupon: Coupon
  credit_note: CreditNote
  customer: Customer
  customer_balance_transaction: CustomerBalanceTransaction
  discount: Discount
  dispute: Dispute
  'entitlements.active_entitlement': ActiveEntitlement
  'entitlements.feature': EntitlementFeature
  event: StripeEvent
  invoice: Invoice
  invoice_payment: InvoicePayment
  invoiceitem: InvoiceItem
  payment_intent: PaymentIntent
  payment_method: PaymentMethod
  price: Price
  product: Product
  product_feature: ProductFeature
  promotion_code: PromotionCode
  refund: Refund
  'sandbox.begun': Begun
  'sandbox.deleted': Deleted
  'sandbox.delivery': Delivery
  'sandbox.idempotency': IdempotentAnswer
  'sandbox.settings': Settings
  setup_intent: SetupIntent
  subscription: Subscription
  'test_helpers.test_clock': TestClock
  'v2.core.event': ThinEvent
  'v2.core.event_destination': EventDestination
  webhook_endpoint: WebhookEndpoint
}
export type Kind = keyof Kinds

/** What every record has. */
export interface AnyRecord {
  id: string
  object: string
}
