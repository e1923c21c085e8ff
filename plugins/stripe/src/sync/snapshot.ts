import type { StripeEvent } from '../events.js'

const OBJECT_TYPES = [
  'product',
  'price',
  'customer',
  'subscription',
  'invoice',
  'charge',
  'refund',
  'dispute',
  'credit_note',
  'checkout.session',
  'entitlements.active_entitlement_summary',
] as const

/** The kinds of Stripe object that the Billing Agent keeps. */
export type ObjectType = (typeof OBJECT_TYPES)[number]

/**
 * Where a snapshot stands among the others of its object: by our own number where the object was fetched,
 * by Stripe's clock where the event's payload is all there is.
 */
export interface Order {
  /** Our own number; undefined where the object was not fetched. */
  seq?: number
  /** Seconds since the epoch, by Stripe's clock. */
  created: number
  /** Within one second: created, changed, deleted. */
  rank: 0 | 1 | 2
}

/** A Stripe object as of some moment. */
export interface Snapshot {
  type: ObjectType
  id: string
  /** The object in Stripe's JSON; as it last was, where it is deleted. */
  object: unknown
  deleted: boolean
  order: Order
  /** When the change happened at Stripe. */
  occurredAt: Date
}

/** The kind and id of the object that an event is about; undefined where we keep no such object. */
export function subjectOf(event: StripeEvent): { type: ObjectType; id: string } | undefined {
  const { object } = event.data
  const type = OBJECT_TYPES.find((known) => known === object.object)
  // Types such as customer.subscription.teleported are about a known object but say nothing we know.
  if (!type || !KNOWN_EVENTS.has(event.type)) return undefined
  const id = type === SUMMARY ? summaryId(object.customer) : object.id
  return id ? { type, id } : undefined
}

const SUMMARY = 'entitlements.active_entitlement_summary'

// The summary has no id of its own: there is one a customer.
const summaryId = (customer: unknown) =>
  typeof customer === 'string' ? `${customer}/entitlements` : undefined

/** The customer of an entitlement summary's id. */
export const customerOfSummary = (id: string): string => id.slice(0, id.indexOf('/'))

/** The types of event that the Billing Agent applies, as a webhook endpoint lists them. */
export const EVENT_TYPES = [
  ...['created', 'updated', 'deleted'].flatMap((verb) => [`product.${verb}`, `price.${verb}`]),
  ...['created', 'updated', 'deleted'].map((verb) => `customer.${verb}`),
  ...[
    'created',
    'updated',
    'deleted',
    'paused',
    'resumed',
    'trial_will_end',
    'pending_update_applied',
    'pending_update_expired',
  ].map((verb) => `customer.subscription.${verb}`),
  ...[
    'created',
    'finalized',
    'updated',
    'paid',
    'payment_failed',
    'payment_action_required',
    'voided',
    'marked_uncollectible',
    'deleted',
  ].map((verb) => `invoice.${verb}`),
  ...['succeeded', 'captured', 'updated', 'refunded'].map((verb) => `charge.${verb}`),
  ...['created', 'updated', 'closed', 'funds_withdrawn', 'funds_reinstated'].map(
    (verb) => `charge.dispute.${verb}`,
  ),
  ...['created', 'updated', 'failed'].map((verb) => `refund.${verb}`),
  ...['created', 'updated', 'voided'].map((verb) => `credit_note.${verb}`),
  ...['completed', 'async_payment_succeeded', 'async_payment_failed', 'expired'].map(
    (verb) => `checkout.session.${verb}`,
  ),
  'entitlements.active_entitlement_summary.updated',
]

const KNOWN_EVENTS = new Set(EVENT_TYPES)

/** The payload of an event as a snapshot. */
export function snapshotOf(event: StripeEvent): Snapshot | undefined {
  const subject = subjectOf(event)
  if (!subject) return undefined
  const rank = rankOf(event.type)
  return {
    ...subject,
    object: event.data.object,
    deleted: rank === 2 && subject.type !== 'subscription',
    order: { created: event.created, rank },
    occurredAt: new Date(event.created * 1000),
  }
}

// Stripe's clock has whole seconds. Within one, an object is created first and deleted last.
function rankOf(type: string): 0 | 1 | 2 {
  if (type.endsWith('.created')) return 0
  return type.endsWith('.deleted') ? 2 : 1
}
