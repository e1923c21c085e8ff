import type Stripe from 'stripe'
import { invalidRequest } from '../http/stripe-error.js'
import type { MeterEvent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

const OLDEST = 35 * 86_400
const AHEAD = 5 * 60

/**
 * Records usage. An identifier counts once.
 *
 * @throws StripeError for a second event of an identifier, for a time more than 35 days ago or more than five
 *   minutes ahead, and for a payload without a known customer or a whole number.
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
  if (!tx.maybe('customer', customer))
    throw invalidRequest(
      `No such customer: '${customer}'`,
      'payload',
      'meter_event_customer_not_found',
    )
  if (!/^-?\d+$/.test(payload[meter.value_settings.event_payload_key] ?? ''))
    throw invalidRequest(
      `The value of ${meter.value_settings.event_payload_key} must be a whole number.`,
      'payload',
      'meter_event_invalid_value',
    )
  const identifier = params.identifier ?? tx.id('meter_event')
  const id = `meter_event:${identifier}`
  if (tx.peek(id))
    throw invalidRequest(
      `An event already exists with identifier ${identifier}.`,
      'identifier',
      'resource_already_exists',
    )
  return tx.add('billing.meter_event', {
    id,
    object: 'billing.meter_event',
    created: tx.now,
    event_name,
    identifier,
    livemode: false,
    payload,
    timestamp,
  })
}
