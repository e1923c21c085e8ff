import { check, type EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { route, type Route } from '@titanforge/http'
import type { StripeConfig } from '../config.js'
import { StripeErrors } from '../errors.js'
import {
  signedEvent,
  stripeEvent,
  stripeEventIgnored,
  stripeEventReceived,
  type StripeEvent,
} from '../events.js'
import { subjectOf } from '../snapshot.js'
import { verifyWebhook } from '../webhook-signature.js'

const ONE_MEBIBYTE = 1024 * 1024

/**
 * Where Stripe delivers. A 2xx answer means that the event is stored for good, and nothing else does: what
 * is none of our business is stored as ignored and answered alike, because Stripe disables endpoints that
 * keep refusing.
 */
export function webhookRoute(config: StripeConfig, db: Database, bus: EventBus): Route {
  return route({
    method: 'POST',
    path: '/webhooks/stripe',
    auth: 'none',
    summary: "Receives Stripe's events",
    rawLimitBytes: ONE_MEBIBYTE,
    async handler({ raw, header, log }) {
      const json = verifyWebhook(raw, header('stripe-signature'), config.webhookSecrets)
      const signed = check(signedEvent, json, 'Stripe event')
      if (!signed.ok) {
        throw StripeErrors.WEBHOOK_BODY_INVALID(undefined, { details: signed.problems })
      }
      const options = { source: 'stripe', externalId: signed.value.id }
      const event = check(stripeEvent, json, 'Stripe event')
      const reason = event.ok
        ? reasonToIgnore(event.value, config)
        : 'a shape that nothing here handles'
      try {
        const { duplicate } = await db.transaction((tx) =>
          event.ok && !reason
            ? bus.publish(tx, stripeEventReceived, event.value, {
                ...options,
                occurredAt: new Date(event.value.created * 1000),
              })
            : bus.publish(
                tx,
                stripeEventIgnored,
                { reason: reason ?? '', event: signed.value },
                options,
              ),
        )
        return { received: true, duplicate }
      } catch (error) {
        log.error({ err: error, stripeEventId: signed.value.id }, 'a webhook could not be stored')
        throw StripeErrors.WEBHOOK_NOT_STORED(undefined, { cause: error })
      }
    },
  })
}

function reasonToIgnore(
  event: StripeEvent,
  { livemode, accountId }: StripeConfig,
): string | undefined {
  if (event.livemode !== livemode)
    return event.livemode
      ? 'live mode, and this is a test system'
      : 'test mode, and this is a live system'
  if (event.account && event.account !== accountId) return 'another account'
  return subjectOf(event) ? undefined : 'a type that nothing here handles'
}
