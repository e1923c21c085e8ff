import type { Meter, MeterEvent } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'

/** What a customer used of a meter from the start of a period up to its end. */
export function usageOf(
  tx: Transaction,
  meterId: string,
  customer: string,
  period: { start: number; end: number },
): number {
  const meter = tx.get('billing.meter', meterId)
  const events = [...tx.each('billing.meter_event')].filter(
    (event) =>
      event.event_name === meter.event_name &&
      !event._canceled &&
      event.timestamp >= period.start &&
      event.timestamp < period.end &&
      event.payload[meter.customer_mapping.event_payload_key] === customer,
  )
  return aggregate(meter, events)
}

function aggregate(meter: Meter, events: readonly MeterEvent[]): number {
  const values = events
    .toSorted((a, b) => a.timestamp - b.timestamp)
    .map(({ payload }) => Number(payload[meter.value_settings.event_payload_key] ?? 0))
  switch (meter.default_aggregation.formula) {
    case 'count':
      return values.length
    case 'last':
      return values.at(-1) ?? 0
    default:
      return values.reduce((sum, value) => sum + value, 0)
  }
}
