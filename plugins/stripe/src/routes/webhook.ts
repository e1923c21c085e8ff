import { check, type EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { route, type Route } from '@titanforge/http'
import type { StripeConfig } from '../config.js'
import { StripeErrors } from '../errors.js'
import {
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
      const parsed = check(stripeEvent, json, 'Stripe event')
      if (!parsed.ok)
        throw StripeErrors.WEBHOOK_BODY_INVALID(undefined, { details: parsed.problems })
      const event = parsed.value
      const reason = reasonToIgnore(event, config)
      const options = {
        source: 'stripe',
        externalId: event.id,
        occurredAt: new Date(event.created * 1000),
      }
      try {
        const { duplicate } = await db.transaction((tx) =>
          reason
            ? bus.publish(tx, stripeEventIgnored, { reason, event }, options)
            : bus.publish(tx, stripeEventReceived, event, options),
        )
        return { received: true, duplicate }
      } catch (error) {
        log.error({ err: error, stripeEventId: event.id }, 'a webhook could not be stored')
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
