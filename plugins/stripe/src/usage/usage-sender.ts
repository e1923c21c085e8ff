import { on, type Subscription } from '@titanforge/core'
import { usageRecorded } from '../contract.js'
import type { Customers } from '../customers.js'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import { isFinal } from './is-final.js'
import { isKnownUsage } from './is-known-usage.js'
import { patiently } from './patiently.js'

const MINUTE_MS = 60_000
/** Stripe takes usage of the last 35 days, and up to 5 minutes ahead. */
const OLDEST_MS = 35 * 24 * 60 * MINUTE_MS
const NEWEST_MS = 5 * MINUTE_MS

/**
 * Sends recorded usage to Stripe's meters. The event's own id makes it count once; usage that Stripe cannot
 * take becomes a dead letter that says why. While the API key is refused usage waits, until it is older than
 * Stripe takes.
 *
 * Stripe counts usage for customers only. Who has none yet becomes one, by the same row as in a checkout: what
 * was used before somebody pays is then counted for the customer who pays, and nothing of it is lost meanwhile.
 * What nobody subscribes to is counted, and charged to nobody.
 *
 * @see https://docs.stripe.com/api/billing/meter-event/create
 */
export function usageSender(gateway: StripeGateway, customers: Customers): Subscription {
  return on(
    usageRecorded,
    'billing.usage',
    {
      async prepare({ event, payload: { userId, meter, value, at } }) {
        refuseOutOfWindow(at)
        await patiently(gateway, async (client) => {
          const customer = await customers.ensure(userId)
          try {
            await client.billing.meterEvents.create({
              event_name: meter,
              identifier: event.id,
              timestamp: Math.floor(new Date(at).getTime() / 1000),
              payload: { stripe_customer_id: customer, value: String(value) },
            })
          } catch (error) {
            if (!isKnownUsage(error)) throw error
          }
        })
      },
      commit: async () => undefined,
    },
    { retry: { nonRetryable: isFinal } },
  )
}

function refuseOutOfWindow(at: string): void {
  const age = Date.now() - new Date(at).getTime()
  if (age > OLDEST_MS) throw StripeErrors.METER_EVENT_TOO_OLD({ at })
  if (age < -NEWEST_MS) throw StripeErrors.METER_EVENT_IN_FUTURE({ at })
}
