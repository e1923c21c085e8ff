import type Stripe from 'stripe'
import { listOf, pageOf } from '../http/list.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import type { Meter } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { recordUsage } from './record-usage.js'
import { usageOf } from './usage.js'

const SUMMARY = { hour: 3600, day: 86_400 }

export const meterRoutes = [
  operation<Stripe.Billing.MeterCreateParams>('POST /v1/billing/meters', ({ tx, params }) => {
    if (
      [...tx.each('billing.meter')].some(
        (it) => it.event_name === params.event_name && it.status === 'active',
      )
    )
      throw invalidRequest(
        `An active meter already exists for the event name ${params.event_name}.`,
        'event_name',
        'resource_already_exists',
      )
    const meter = tx.add(
      'billing.meter',
      blank('billing.meter', {
        id: tx.id('billing.meter'),
        created: tx.now,
        customer_mapping: {
          event_payload_key: params.customer_mapping?.event_payload_key ?? 'stripe_customer_id',
          type: 'by_id',
        },
        default_aggregation: params.default_aggregation,
        display_name: params.display_name,
        event_name: params.event_name,
        status: 'active',
        updated: tx.now,
        value_settings: { event_payload_key: params.value_settings?.event_payload_key ?? 'value' },
      }),
    )
    tx.emit('billing.meter.created', meter)
    return meter
  }),

  operation<Stripe.Billing.MeterListParams>('GET /v1/billing/meters', (call) =>
    listOf(call, 'billing.meter'),
  ),

  operation('GET /v1/billing/meters/{id}', ({ tx, id }) => tx.get('billing.meter', id)),

  operation<Stripe.Billing.MeterUpdateParams>(
    'POST /v1/billing/meters/{id}',
    ({ tx, params, id }) => {
      const meter = tx.get('billing.meter', id)
      if (params.display_name) meter.display_name = params.display_name
      tx.emit('billing.meter.updated', meter)
      return meter
    },
  ),

  operation('POST /v1/billing/meters/{id}/deactivate', ({ tx, id }) => {
    const meter = setStatus(tx, id, 'inactive')
    meter.status_transitions.deactivated_at = tx.now
    tx.emit('billing.meter.deactivated', meter)
    return meter
  }),

  operation('POST /v1/billing/meters/{id}/reactivate', ({ tx, id }) => {
    const meter = setStatus(tx, id, 'active')
    meter.status_transitions.deactivated_at = null
    tx.emit('billing.meter.reactivated', meter)
    return meter
  }),

  operation<Stripe.Billing.MeterEventCreateParams>(
    'POST /v1/billing/meter_events',
    ({ tx, params }) => recordUsage(tx, params),
  ),

  operation<Stripe.Billing.MeterEventAdjustmentCreateParams>(
    'POST /v1/billing/meter_event_adjustments',
    ({ tx, params }) => {
      const identifier = params.cancel?.identifier ?? ''
      const event = tx.get('billing.meter_event', `meter_event:${identifier}`, 'cancel[identifier]')
      event._canceled = true
      return {
        object: 'billing.meter_event_adjustment',
        cancel: { identifier },
        event_name: params.event_name,
        livemode: false,
        status: 'complete',
        type: 'cancel',
      }
    },
  ),

  operation<Stripe.Billing.MeterListEventSummariesParams>(
    'GET /v1/billing/meters/{id}/event_summaries',
    (call) => {
      const { tx, id, params } = call
      const { customer, start_time, end_time, value_grouping_window: window } = params
      tx.get('billing.meter', id)
      const step = window ? SUMMARY[window as 'hour' | 'day'] : end_time - start_time
      const summaries = []
      for (let start = start_time; start < end_time; start += step) {
        const end = Math.min(start + step, end_time)
        summaries.push({
          id: `mtrusg_test_${start}_${end}_${customer.slice(-8)}`,
          object: 'billing.meter_event_summary',
          aggregated_value: usageOf(tx, id, customer, { start, end }),
          end_time: end,
          livemode: false,
          meter: id,
          start_time: start,
        })
      }
      return pageOf(call, summaries.reverse())
    },
  ),
]

function setStatus(tx: Transaction, id: string, status: 'active' | 'inactive'): Meter {
  const meter = tx.get('billing.meter', id)
  if (meter.status === status) throw invalidRequest(`This meter is ${status} already.`)
  meter.status = status
  meter.updated = tx.now
  return meter
}
