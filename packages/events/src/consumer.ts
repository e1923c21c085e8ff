import {
  envelope,
  inConsumeSpan,
  inPublishSpan,
  messageOf,
  parse,
  RetryLater,
  type DeliveryContext,
  type EventEnvelope,
  type EventType,
  type Logger,
  type PublishOptions,
  type Published,
  type Subscription,
  type Transaction,
} from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Claim, EventEngine } from './engine.js'
import { load } from './event-log.js'

/** Stores an event and queues its deliveries, in a transaction. */
export type Store = (tx: Transaction, event: EventEnvelope) => Promise<Published>

export interface ConsumerParts {
  db: Pick<Database, 'query' | 'transaction'>
  engine: EventEngine
  store: Store
  log: Logger
  /** Aborts when the process stops. */
  stopping: AbortSignal
}

/** Applies the events of one subscription, each once. */
export class Consumer {
  constructor(
    private readonly subscription: Subscription,
    private readonly parts: ConsumerParts,
  ) {}

  /** Handles one claim and settles it. Throws only what could not be settled. */
  async handle(claim: Claim): Promise<void> {
    const { consumer, eventId, attempt } = claim
    const log = this.parts.log.child({ consumer, eventId, attempt })
    try {
      await this.#apply(claim, log)
    } catch (error) {
      await this.#settleFailure(claim, error, log)
    }
  }

  async #apply(claim: Claim, log: Logger): Promise<void> {
    const event = await load(this.parts.db, claim.eventId)
    await inConsumeSpan(claim.consumer, event, () => this.#deliver(claim, event, log))
  }

  async #deliver(claim: Claim, event: EventEnvelope, log: Logger): Promise<void> {
    const { event: type, consumer } = this.subscription
    const delivery: DeliveryContext<unknown> = {
      event,
      payload: parse(type.schema, event.payload, `payload of ${event.type}`),
      attempt: claim.attempt,
      signal: AbortSignal.any([claim.signal, this.parts.stopping]),
      idempotencyKey: `${consumer}:${event.id}`,
      log,
    }
    const prepared = await this.subscription.prepare?.(delivery)
    await this.parts.db.transaction(async (tx) => {
      await bound(tx, claim.seconds)
      if (await firstTime(tx, consumer, event.id)) {
        const publish = <P>(publishedType: EventType<P>, payload: P, options?: PublishOptions) =>
          inPublishSpan(publishedType, () =>
            this.parts.store(tx, envelope(publishedType, payload, options, event)),
          )
        await this.subscription.commit({ ...delivery, tx, publish }, prepared)
      }
      await this.parts.engine.complete(tx, claim)
    })
  }

  async #settleFailure(claim: Claim, error: unknown, log: Logger): Promise<void> {
    try {
      if (error instanceof RetryLater) {
        await this.#postpone(claim, error.seconds)
        log.warn({ err: error, seconds: error.seconds }, 'a delivery was postponed')
        return
      }
      await this.parts.engine.fail(claim, storable(messageOf(error)))
      if (claim.last) log.error({ err: error }, 'an event became a dead letter')
      else log.warn({ err: error }, 'a handler failed; the event will be delivered again')
    } catch (failure) {
      log.error({ err: failure, cause: messageOf(error) }, 'a delivery could not be settled')
      // The engine must not take it for done.
      throw failure
    }
  }

  /** A new delivery in place of this one, so that waiting does not use up the attempts. */
  async #postpone(claim: Claim, seconds: number): Promise<void> {
    await this.parts.db.transaction(async (tx) => {
      await this.parts.engine.enqueue(tx, claim.consumer, claim.eventId, pauseOf(seconds))
      await this.parts.engine.complete(tx, claim)
    })
  }
}

// The row is part of the effect's transaction: written earlier, a crash would lose the event; later, it
// would be applied twice.
async function firstTime(tx: Transaction, consumer: string, eventId: string): Promise<boolean> {
  const rows = await tx.query(
    'INSERT INTO event_inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1 AS first',
    [consumer, eventId],
  )
  return rows.length === 1
}

const DAY_SECONDS = 24 * 3600

/** What a handler asks for, within reason. */
const pauseOf = (seconds: number) =>
  Number.isNaN(seconds) ? 60 : Math.min(Math.max(seconds, 0), DAY_SECONDS)

/** PostgreSQL holds neither NUL nor half of a surrogate pair. */
const storable = (text: string) => text.replaceAll('\0', '').toWellFormed()

/** A handler that hangs, or a process that is frozen, must not hold its rows and its connection for ever. */
async function bound(tx: Transaction, seconds: number): Promise<void> {
  await tx.query(
    `SELECT set_config('idle_in_transaction_session_timeout', $1, true),
            set_config('lock_timeout', $1, true), set_config('statement_timeout', $1, true)`,
    [String(seconds * 1000)],
  )
}
