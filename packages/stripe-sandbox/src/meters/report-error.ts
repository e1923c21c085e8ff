import { queueDeliveries } from '../webhooks/queue-deliveries.js'
import type { Meter, MeterEvent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/**
 * Reports an error that Stripe finds only after it has taken a meter event. Stripe gathers the errors of a
 * while in one report; here each has its own.
 *
 * @see https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api#handle-meter-event-errors
 */
export function reportError(
  tx: Transaction,
  meter: Meter,
  { identifier }: MeterEvent,
  error: { code: string; message: string },
): void {
  const now = new Date(tx.now * 1000).toISOString()
  const sample = { error_message: error.message, request: { identifier } }
  const report = tx.add('v2.core.event', {
    id: tx.id('v2.core.event'),
    object: 'v2.core.event',
    type: 'v1.billing.meter.error_report_triggered',
    created: now,
    livemode: false,
    related_object: {
      id: meter.id,
      type: 'billing.meter',
      url: `/v1/billing/meters/${meter.id}`,
    },
    data: {
      developer_message_summary: 'There is 1 invalid event',
      reason: {
        error_count: 1,
        error_types: [{ code: error.code, error_count: 1, sample_errors: [sample] }],
      },
      validation_start: now,
      validation_end: now,
    },
  })
  queueDeliveries(tx, report)
}
