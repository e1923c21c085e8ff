import type { DeadLetters, Transaction } from '@titanforge/core'

/** One attempt to deliver one event to one consumer. */
export interface Claim {
  readonly consumer: string
  readonly eventId: string
  /** 1 for the first. */
  readonly attempt: number
  /** How long the attempt may take, in seconds. */
  readonly seconds: number
  /** Aborts when the claim is over or the process stops. */
  readonly signal: AbortSignal
  /** True where a failure of this attempt makes a dead letter. */
  readonly last: boolean
}

export interface QueueSettings {
  consumer: string
  /** How long an attempt may take before the event is given to another, in seconds. */
  claimSeconds: number
  retryLimit: number
  retryBaseSeconds: number
  retryMaxSeconds: number
}

/** Carries deliveries from publishers to consumers. The bus keeps the log, the engine the queues. */
export interface EventEngine {
  readonly deadLetters: DeadLetters
  /** Makes the consumer's queue, or brings its settings up to date. */
  declare(settings: QueueSettings): Promise<void>
  /** Queues a delivery in the publisher's transaction. */
  enqueue(tx: Transaction, consumer: string, eventId: string, afterSeconds?: number): Promise<void>
  /** Calls `handle` for each delivery, several at a time. `handle` settles its claim, or throws where it could not. */
  work(consumer: string, handle: (claim: Claim) => Promise<void>): Promise<void>
  /**
   * Ends a claim as done, in the effect's transaction.
   *
   * @throws CLAIM_LOST where another attempt has the event now; then the effect must roll back.
   */
  complete(tx: Transaction, claim: Claim): Promise<void>
  /** Ends a claim as failed: it is tried again later, or becomes a dead letter. */
  fail(claim: Claim, reason: string): Promise<void>
}
