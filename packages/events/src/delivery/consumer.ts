import {
  messageOf,
  RetryLater,
  type DeliveryContext,
  type EventType,
  type Logger,
  type PublishOptions,
  type RetryPolicy,
  type Subscription,
  type Transaction,
} from '@titanforge/core'
import { inConsumeSpan, inPublishSpan, payloadOf, pauseSeconds } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import { EventErrors } from '../errors.js'
import type { Store } from '../postgres-bus.js'
import { backoffSeconds } from './backoff.js'
import type { Claim } from './claim.js'
import { DeliveryQueue } from './delivery-queue.js'
import { holdClaim } from './hold-claim.js'

export interface ConsumerSettings {
  retry: RetryPolicy
  claimSeconds: number
  timeoutSeconds: number
}

export interface ConsumerParts {
  db: Pick<Database, 'query' | 'transaction'>
  store: Store
  log: Logger
  /** Aborts when the process stops. */
  stopping: AbortSignal
  settings: ConsumerSettings
}

/** A claim that is being handled, and what its handler is given. */
interface Delivery {
  readonly claim: Claim
  readonly context: DeliveryContext<unknown>
}

/** Applies the events of one subscription, each once. */
export class Consumer {
  readonly queue: DeliveryQueue
  readonly #log: Logger
  /** The PostgreSQL processes in which handlers are at work. */
  readonly #committing = new Set<number>()

  constructor(
    private readonly subscription: Subscription,
    private readonly parts: ConsumerParts,
  ) {
    const { db, settings, log } = parts
    this.queue = new DeliveryQueue(db, subscription, settings.claimSeconds)
    this.#log = log.child({ consumer: subscription.consumer })
  }

  /** Whether the handler has a slow part, and so cannot share its transaction with others. */
  get isSlow(): boolean {
    return this.subscription.prepare !== undefined
  }

  /**
   * Handles claims and settles each. Short handlers share one transaction, and so one commit; where one of
   * them fails, each is handled by itself. Never throws.
   */
  async handle(claims: readonly Claim[]): Promise<void> {
    if (claims.length > 1 && (await this.#handledTogether(claims))) return
    for (const claim of claims) await this.#handleOne(claim)
  }

  async #handledTogether(claims: readonly Claim[]): Promise<boolean> {
    try {
      const deliveries = claims.map((claim) => this.#delivery(claim))
      await this.#commit(deliveries, (tx, { claim, context }) =>
        inConsumeSpan(this.subscription.consumer, claim.event, () => this.#apply(tx, context)),
      )
      return true
    } catch (error) {
      this.#log.debug({ err: error }, 'a batch failed; its events are handled one by one')
      return false
    }
  }

  async #handleOne(claim: Claim): Promise<void> {
    const log = this.#log.child({ eventId: claim.event.id, attempt: claim.attempt })
    const { retry } = this.parts.settings
    try {
      if (claim.attempt > retry.limit + 1) {
        throw EventErrors.ATTEMPTS_LOST({ attempts: claim.attempt - 1 })
      }
      await inConsumeSpan(this.subscription.consumer, claim.event, () =>
        this.#prepareAndCommit(claim),
      )
    } catch (error) {
      await this.#settleFailure(claim, error, log)
    }
  }

  async #prepareAndCommit(claim: Claim): Promise<void> {
    const { prepare } = this.subscription
    const commit = (delivery: Delivery, prepared?: unknown) =>
      this.#commit([delivery], (tx, { context }) => this.#apply(tx, context, prepared))
    if (!prepare) return commit(this.#delivery(claim))
    const { timeoutSeconds } = this.parts.settings
    const [delivery, prepared] = await holdClaim(
      this.queue,
      claim,
      timeoutSeconds,
      async (signal) => {
        const held = this.#delivery(claim, signal)
        return [held, await prepare(held.context)] as const
      },
    )
    await commit(delivery, prepared)
  }

  #delivery(claim: Claim, signal?: AbortSignal): Delivery {
    const { event, attempt } = claim
    const { event: type, consumer } = this.subscription
    const { stopping } = this.parts
    const context = {
      event,
      payload: payloadOf(type, event),
      attempt,
      signal: signal ? AbortSignal.any([signal, stopping]) : stopping,
      idempotencyKey: `${consumer}:${event.id}`,
      log: this.#log.child({ eventId: event.id, attempt }),
    }
    return { claim, context }
  }

  /** The effects and the acknowledgement, in one transaction. */
  async #commit(
    deliveries: readonly Delivery[],
    apply: (tx: Transaction, delivery: Delivery) => Promise<void>,
  ): Promise<void> {
    const { db, settings } = this.parts
    const claims = deliveries.map(({ claim }) => claim)
    await db.transaction(async (tx) => {
      const { positions, pid } = await this.queue.take(tx, claims, settings.claimSeconds)
      this.#committing.add(pid)
      try {
        for (const delivery of deliveries) {
          if (positions.has(delivery.claim.position)) await apply(tx, delivery)
          else delivery.context.log.warn({ err: EventErrors.CLAIM_LOST() }, 'a claim was lost')
        }
      } finally {
        this.#committing.delete(pid)
      }
    })
  }

  /** Gives claims back whose handlers do not end, so that others can take them at once. */
  async breakOff(claims: readonly Claim[]): Promise<void> {
    await this.queue.cutOff([...this.#committing])
    await this.queue.release(claims)
  }

  async #apply(
    tx: Transaction,
    context: DeliveryContext<unknown>,
    prepared?: unknown,
  ): Promise<void> {
    const publish = <P>(type: EventType<P>, payload: P, options?: PublishOptions) =>
      inPublishSpan(type, async () => {
        const [published] = await this.parts.store(
          tx,
          type,
          [{ payload, ...options }],
          context.event,
        )
        return published as Exclude<typeof published, undefined>
      })
    await this.subscription.commit({ ...context, tx, publish }, prepared)
  }

  async #settleFailure(claim: Claim, error: unknown, log: Logger): Promise<void> {
    const { retry } = this.parts.settings
    try {
      if (error instanceof RetryLater) {
        const seconds = pauseSeconds(error.seconds)
        await this.queue.postpone(claim, seconds)
        log.warn({ err: error, seconds }, 'a delivery was postponed')
      } else if (claim.attempt > retry.limit || retry.nonRetryable(error)) {
        await this.queue.bury(claim, storable(messageOf(error)))
        log.error({ err: error }, 'an event became a dead letter')
      } else {
        await this.queue.retry(claim, backoffSeconds(retry, claim.attempt))
        log.warn({ err: error }, 'a handler failed; the event will be delivered again')
      }
    } catch (failure) {
      // The claim runs out by itself, and then the event is delivered again.
      log.error({ err: failure, cause: messageOf(error) }, 'a delivery could not be settled')
    }
  }
}

/** PostgreSQL holds neither NUL nor half of a surrogate pair. */
const storable = (text: string) => text.replaceAll('\0', '').toWellFormed()
