import type Stripe from 'stripe'
import { invalidRequest } from '../http/stripe-error.js'
import type { Meter, MeterEvent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { reportError } from './report-error.js'

const OLDEST = 35 * 86_400
const AHEAD = 5 * 60

/**
 * Records usage. An identifier counts once. What is for an unknown customer, or has no whole number, is taken
 * like any other; a report tells of the error.
 *
 * @throws StripeError for a second event of an identifier, for a time more than 35 days ago or more than five
 *   minutes ahead, and for a payload that names no customer.
 * @see https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api
 */
export function recordUsage(
  tx: Transaction,
  params: Stripe.Billing.MeterEventCreateParams,
): MeterEvent {
  const { event_name, payload, timestamp = tx.now } = params
  const meter = [...tx.each('billing.meter')].find((it) => it.event_name === event_name)
  if (!meter)
    throw invalidRequest(`No meter found for event name ${event_name}`, 'event_name', 'no_meter')
  if (meter.status !== 'active')
    throw invalidRequest('The meter is archived.', 'event_name', 'archived_meter')
  if (timestamp < tx.now - OLDEST)
    throw invalidRequest(
      'The timestamp must be within the past 35 calendar days.',
      'timestamp',
      'timestamp_too_far_in_past',
    )
  if (timestamp > tx.now + AHEAD)
    throw invalidRequest(
      'The timestamp must be no more than 5 minutes in the future.',
      'timestamp',
      'timestamp_in_future',
    )
  const customer = payload[meter.customer_mapping.event_payload_key]
  if (customer === undefined)
    throw invalidRequest(
      `The payload has no ${meter.customer_mapping.event_payload_key}.`,
      'payload',
      'meter_event_no_customer_defined',
    )
  const identifier = params.identifier ?? tx.id('meter_event')
  const id = `meter_event:${identifier}`
  if (tx.peek(id))
    throw invalidRequest(
      `An event already exists with identifier ${identifier}.`,
      'identifier',
      'resource_already_exists',
    )
  const event = tx.add('billing.meter_event', {
    id,
    object: 'billing.meter_event',
    created: tx.now,
    event_name,
    identifier,
    livemode: false,
    payload,
    timestamp,
  })
  const error = errorOf(tx, meter, payload)
  if (error) {
    event._canceled = true
    reportError(tx, meter, event, error)
  }
  return event
}

/** What is wrong with a payload that Stripe takes and looks at later. */
function errorOf(
  tx: Transaction,
  { customer_mapping, value_settings }: Meter,
  payload: Record<string, string>,
): { code: string; message: string } | undefined {
  const customer = payload[customer_mapping.event_payload_key] ?? ''
  if (!tx.maybe('customer', customer))
    return {
      code: 'meter_event_customer_not_found',
      message: `No such customer: '${customer}'`,
    }
  if (!/^-?\d+$/.test(payload[value_settings.event_payload_key] ?? ''))
    return {
      code: 'meter_event_invalid_value',
      message: `The value of ${value_settings.event_payload_key} must be a whole number.`,
    }
  return undefined
}
