import { check, type EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { StripeConfig } from '../config.js'
import { StripeErrors } from '../errors.js'
import {
  signedEvent,
  stripeEvent,
  stripeEventIgnored,
  stripeEventReceived,
  type StripeEvent,
} from '../events.js'
import { meterErrorsReported } from '../usage/meter-errors.js'
import { subjectOf } from './snapshot.js'

type Config = Pick<StripeConfig, 'livemode' | 'accountId'>

/**
 * Stores Stripe's events, each once, by whatever way they come: as webhooks or from the list of events.
 * What is none of our business is stored as ignored, with the reason.
 */
export class EventReceiver {
  constructor(
    private readonly db: Database,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  /**
   * @param json a verified event of Stripe's.
   * @throws WEBHOOK_BODY_INVALID where it is no event; WEBHOOK_NOT_STORED where the database is away.
   */
  async receive(json: unknown): Promise<{ duplicate: boolean }> {
    const signed = check(signedEvent, json, 'Stripe event')
    if (!signed.ok) {
      throw StripeErrors.WEBHOOK_BODY_INVALID(undefined, { details: signed.problems })
    }
    try {
      return await this.#store(json, signed.value)
    } catch (error) {
      throw StripeErrors.WEBHOOK_NOT_STORED(undefined, { cause: error })
    }
  }

  #store(json: unknown, signed: { id: string; type: string }) {
    const options = { source: 'stripe', externalId: signed.id }
    const meterErrors = check(meterErrorsReported.schema, json, 'meter errors')
    if (
      meterErrors.ok &&
      (meterErrors.value.livemode ?? this.config.livemode) === this.config.livemode
    ) {
      const { value } = meterErrors
      return this.db.transaction((tx) => this.bus.publish(tx, meterErrorsReported, value, options))
    }
    const event = check(stripeEvent, json, 'Stripe event')
    const reason = event.ok
      ? reasonToIgnore(event.value, this.config)
      : 'a shape that nothing here handles'
    return this.db.transaction((tx) =>
      event.ok && !reason
        ? this.bus.publish(tx, stripeEventReceived, event.value, {
            ...options,
            occurredAt: new Date(event.value.created * 1000),
          })
        : this.bus.publish(
            tx,
            stripeEventIgnored,
            { reason: reason ?? '', event: signed },
            options,
          ),
    )
  }
}

function reasonToIgnore(event: StripeEvent, { livemode, accountId }: Config): string | undefined {
  if (event.livemode !== livemode)
    return event.livemode
      ? 'live mode, and this is a test system'
      : 'test mode, and this is a live system'
  if (event.account && event.account !== accountId) return 'another account'
  return subjectOf(event) ? undefined : 'a type that nothing here handles'
}
