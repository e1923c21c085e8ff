import type { Call } from '../http/operation.js'
import type { Chaos, Dunning } from '../options.js'
import type { Moment } from './transaction.js'

// What the sandbox knows besides what Stripe shows. Fields of Stripe's objects begin with an underscore here
// and never leave the sandbox; records of its own have an `object` that begins with "sandbox.".

export interface InvoiceNotes {
  /** The payment intent that collects it. */
  _payment_intent?: string
  /** Whether the customer's balance was applied, which happens once, when it is finalized. */
  _balance_applied?: boolean
}

export interface CheckoutNotes {
  /** What is bought: made into the session's line items when they are asked for. */
  _lines: { id: string; price: string; quantity?: number }[]
  /** The parameters that become those of the subscription or payment intent. */
  _subscription_data: Record<string, unknown>
  _payment_intent_data: Record<string, unknown>
}

/** An event on its way to an endpoint. Times are seconds of the sandbox's clock. */
export interface Delivery {
  id: string
  object: 'sandbox.delivery'
  event: string
  endpoint: string
  attempts: number
  /** When it is tried next; null once it is given up. One that was taken is removed. */
  due: number | null
}

/** An event of the second API: webhooks tell of it, and what it says has to be fetched. */
export interface ThinEvent {
  id: string
  object: 'v2.core.event'
  type: string
  /** ISO 8601. */
  created: string
  livemode: boolean
  related_object: { id: string; type: string; url: string }
  data: object
}

/** The answer to a request with an idempotency key. */
export interface IdempotentAnswer {
  id: string
  object: 'sandbox.idempotency'
  /** What was asked: method, path and a digest of the parameters. */
  fingerprint: string
  status: number
  body: string
  requestId: string
  created: number
}

/** How the whole account behaves, and what chaos there is. */
export interface Settings {
  id: 'settings'
  object: 'sandbox.settings'
  /** Hexadecimal; every id and every roll of the dice comes from it. */
  seed: string
  /** How many random numbers were taken from the seed. */
  drawn: number
  /** The address of the sandbox, for the pages that its answers point to. */
  base_url: string
  /** Seconds by which the sandbox's clock is ahead of the machine's. */
  ahead: number
  dunning: Dunning
  chaos: Chaos
  /** The API answers with this status until then, in seconds of the sandbox's clock. */
  outage: { status: number; until: number } | null
  /** How many of the next changes fail after they have begun. */
  failures?: number
}

/** A request that has failed after it had begun, and is not done. */
export interface Begun {
  id: string
  object: 'sandbox.begun'
  /** The name of its operation. */
  operation: string
  call: Omit<Call, 'tx'>
  request: Moment['request']
}

/** What is left of an object that the API still knows as deleted. */
export interface Deleted {
  id: string
  object: 'sandbox.deleted'
  of: string
}
