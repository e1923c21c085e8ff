import { type StripeEvent } from './events.js'

/** The kinds of Stripe object that the Billing Agent keeps. */
export type ObjectType =
  'product' | 'price' | 'customer' | 'subscription' | 'invoice' | 'charge' | 'checkout.session'

const OBJECT_TYPES: readonly string[] = [
  'product',
  'price',
  'customer',
  'subscription',
  'invoice',
  'charge',
  'checkout.session',
] satisfies ObjectType[]

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
  const { object: type, id } = event.data.object
  // Types such as customer.subscription.teleported are about a known object but say nothing we know.
  if (!id || !OBJECT_TYPES.includes(type) || !KNOWN_EVENTS.test(event.type)) return undefined
  return { type: type as ObjectType, id }
}

const KNOWN_EVENTS = new RegExp(
  [
    '^product\\.(created|updated|deleted)$',
    '^price\\.(created|updated|deleted)$',
    '^customer\\.(created|updated|deleted)$',
    '^customer\\.subscription\\.(created|updated|deleted|paused|resumed|trial_will_end|pending_update_applied|pending_update_expired)$',
    '^invoice\\.(created|finalized|updated|paid|payment_failed|payment_action_required|voided|marked_uncollectible)$',
    '^charge\\.(succeeded|updated|refunded)$',
    '^checkout\\.session\\.(completed|async_payment_succeeded|async_payment_failed|expired)$',
  ].join('|'),
)

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
