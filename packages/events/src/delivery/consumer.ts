import {
  type DeliveryContext,
  type EventType,
  type Logger,
  type PublishOptions,
  type RetryPolicy,
  type Subscription,
  type Transaction,
} from '@titanforge/core'
import { inConsumeSpan, inPublishSpan, inTime, payloadOf } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import { EventErrors } from '../errors.js'
import type { Store } from '../postgres-bus.js'
import { BatchSize } from './batch-size.js'
import { ClaimHold } from './claim-hold.js'
import type { Claim } from './claim.js'
import { DeliveryQueue } from './delivery-queue.js'
import { settleFailure } from './settle-failure.js'
import type { Solitude } from './solitude.js'
import { take } from './take.js'

export interface ConsumerSettings {
  retry: RetryPolicy
  claimSeconds: number
  timeoutSeconds: number
}

export interface ConsumerParts {
  db: Database
  /** Opens the transaction of a handler, when it is its turn. */
  commit: Database['transaction']
  store: Store
  log: Logger
  /** Aborts when the process stops. */
  stopping: AbortSignal
  /** One for all consumers of the process. */
  solitude: Solitude
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
  readonly batch = new BatchSize()
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
    await this.parts.solitude.together(async () => {
      if (claims.length > 1 && (await this.#handledTogether(claims))) return
      for (const claim of claims) await this.#handleOne(claim)
    })
  }

  /**
   * Handles what may have ended its process, with nothing else at work in this one: if it does so again, it
   * takes no other's attempt with it. Claimed only then, for the same reason.
   *
   * @param hold is told what is claimed, and lets it go at the end.
   */
  async handleSuspects(hold: (claim: Claim, work: Promise<void>) => Promise<void>): Promise<void> {
    const { solitude, stopping } = this.parts
    const handleNext = async () => {
      for (const claim of await this.queue.claimSuspect()) await hold(claim, this.#handleOne(claim))
    }
    // One may wait behind others of its lane for long, and nobody is kept out for that. Between two of them
    // the others have their turn.
    while (!stopping.aborted && (await this.queue.hasSuspect())) await solitude.alone(handleNext)
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
      // Not before it has been alone: it may be another that ends the process.
      if (claim.attempt > retry.limit + 1 && claim.lost > 2) {
        throw EventErrors.ATTEMPTS_LOST({ attempts: claim.attempt - 1 })
      }
      await inConsumeSpan(this.subscription.consumer, claim.event, () =>
        this.#prepareAndCommit(claim),
      )
    } catch (error) {
      await settleFailure(this.queue.held, claim, error, {
        retry,
        stopping: this.parts.stopping,
        log,
      })
    }
  }

  async #prepareAndCommit(claim: Claim): Promise<void> {
    const { prepare } = this.subscription
    if (!prepare) {
      return this.#commit([this.#delivery(claim)], (tx, { context }) => this.#apply(tx, context))
    }
    const hold = new ClaimHold(this.queue.held, claim, this.parts.settings.timeoutSeconds)
    try {
      const delivery = this.#delivery(claim, hold.signal)
      const prepared = await hold.race(prepare(delivery.context))
      await this.#commit(
        [delivery],
        (tx, { context }) => this.#apply(tx, context, prepared),
        // The claim is held until its row is locked: it may have to wait for a connection.
        () => hold.end(),
      )
    } finally {
      hold.end()
    }
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
    begun: () => void = () => undefined,
  ): Promise<void> {
    const { commit, settings } = this.parts
    const { consumer } = this.subscription
    const claims = deliveries.map(({ claim }) => claim)
    await commit(async (tx) => {
      begun()
      const { positions, pid } = await take(tx, consumer, claims, settings.claimSeconds)
      this.#committing.add(pid)
      const applying = performance.now()
      try {
        for (const delivery of deliveries) {
          if (positions.has(delivery.claim.position))
            await inTime(settings.claimSeconds, () => apply(tx, delivery))
          else delivery.context.log.warn({ err: EventErrors.CLAIM_LOST() }, 'a claim was lost')
        }
        this.batch.note(deliveries.length, performance.now() - applying)
      } finally {
        this.#committing.delete(pid)
      }
    })
  }

  /** Gives claims back whose handlers do not end, so that others can take them at once. */
  async breakOff(claims: readonly Claim[]): Promise<void> {
    await this.queue.cutOff([...this.#committing])
    await this.queue.held.release(claims)
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
}
