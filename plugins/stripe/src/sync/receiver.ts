import {
  check,
  ForgeError,
  type EventBus,
  type EventType,
  type Transaction,
} from '@titanforge/core'
import { GroupCommit, type Database } from '@titanforge/database'
import type { StripeConfig } from '../config.js'
import { StripeErrors } from '../errors.js'
import {
  signedEvent,
  stripeEvent,
  stripeEventIgnored,
  stripeEventReceived,
  type SignedEvent,
  type StripeEvent,
} from '../events.js'
import { METER_ERRORS, meterErrorsReported } from '../usage/meter-errors.js'
import { subjectOf } from './snapshot.js'

type Config = Pick<StripeConfig, 'livemode' | 'accountId'>

/** An event as it is stored: what it is to us, and Stripe's id of it. */
interface Received {
  type: EventType
  payload: unknown
  externalId: string
  occurredAt?: Date
}

/**
 * Stores Stripe's events, each once, by whatever way they come: as webhooks or from the list of events.
 * What is none of our business is stored as ignored, with the reason.
 */
export class EventReceiver {
  readonly #commit: GroupCommit<Received, boolean>

  constructor(
    db: Database,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {
    // What was stored before an error is known when it is stored again.
    const transaction: Database['statements'] = (work) => db.statements(work)
    this.#commit = new GroupCommit({ transaction }, (tx, events: readonly Received[]) =>
      this.#store(tx, events),
    )
  }

  /**
   * Resolves when the event is committed.
   *
   * @param json a verified event of Stripe's.
   * @throws WEBHOOK_BODY_INVALID where it is no event, or holds what cannot be stored; WEBHOOK_NOT_STORED where
   * the database is away.
   */
  async receive(json: unknown): Promise<{ duplicate: boolean }> {
    const received = this.#sort(json)
    try {
      return { duplicate: await this.#commit.add(received) }
    } catch (cause) {
      if (isRefused(cause)) throw StripeErrors.WEBHOOK_BODY_INVALID(undefined, { cause })
      throw StripeErrors.WEBHOOK_NOT_STORED(undefined, { cause })
    }
  }

  #sort(json: unknown): Received {
    const event = check(stripeEvent, json, 'Stripe event')
    if (!event.ok || event.value.type === METER_ERRORS) return this.#sortOther(json)
    const { id: externalId, created } = event.value
    const reason = reasonToIgnore(event.value, this.config)
    if (reason) return ignored(event.value, reason)
    const occurredAt = new Date(created * 1000)
    return { type: stripeEventReceived, payload: event.value, externalId, occurredAt }
  }

  /** What is signed and is no snapshot of an object. */
  #sortOther(json: unknown): Received {
    const signed = check(signedEvent, json, 'Stripe event')
    if (!signed.ok) {
      throw StripeErrors.WEBHOOK_BODY_INVALID(undefined, { details: signed.problems })
    }
    const { id: externalId, type, livemode = this.config.livemode } = signed.value
    if (type !== METER_ERRORS) return ignored(signed.value, 'a shape that nothing here handles')
    if (livemode !== this.config.livemode) return ignored(signed.value, 'the other mode')
    return { type: meterErrorsReported, payload: json, externalId }
  }

  /** @returns of each, whether it was known. */
  async #store(tx: Transaction, events: readonly Received[]): Promise<boolean[]> {
    const duplicates = new Map<Received, boolean>()
    for (const type of new Set(events.map((event) => event.type))) {
      // In one order for everybody: two commits of the same events would otherwise wait for each other.
      const alike = events
        .filter((event) => event.type === type)
        .toSorted((one, other) => (one.externalId < other.externalId ? -1 : 1))
      const published = await this.bus.publishAll(
        tx,
        type,
        alike.map(({ type: _type, ...message }) => ({ ...message, source: 'stripe' })),
      )
      for (const [n, event] of alike.entries())
        duplicates.set(event, published[n]?.duplicate ?? false)
    }
    return events.map((event) => duplicates.get(event) ?? false)
  }
}

/**
 * Whether this very event can never be stored, so that it is no use to send it again: PostgreSQL refuses data
 * of the kind, or it is too deep for anybody to walk through.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const isRefused = (error: unknown): boolean =>
  (error instanceof ForgeError && error.code === 'EVENT_INVALID') ||
  /^(22|54)\w{3}$/.test(String((error as { code?: unknown }).code))

const ignored = (event: SignedEvent, reason: string): Received => ({
  type: stripeEventIgnored,
  payload: { reason, event },
  externalId: event.id,
})

function reasonToIgnore(event: StripeEvent, { livemode, accountId }: Config): string | undefined {
  if (event.livemode !== livemode)
    return event.livemode
      ? 'live mode, and this is a test system'
      : 'test mode, and this is a live system'
  if (event.account && event.account !== accountId) return 'another account'
  return subjectOf(event) ? undefined : 'a type that nothing here handles'
}
