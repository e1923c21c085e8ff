import type { EventType, Published, Transaction } from '@titanforge/core'
import type { StripeEvent } from '../events.js'

/** What a rule may do while it applies a snapshot: write in the transaction, and publish in it. */
export interface Applying {
  readonly tx: Transaction
  readonly livemode: boolean
  /** How long a late payment keeps access, in days from the first failure. */
  readonly graceDays: number
  /** When the change happened at Stripe. */
  readonly occurredAt: Date
  /** Says in the log what somebody should look at. */
  alert(message: string, facts: object): void
  /**
   * @param businessKey names the occasion, such as a dispute: it is published once, however many events of
   * Stripe's tell of it.
   */
  publish<Payload>(
    type: EventType<Payload>,
    payload: Payload,
    businessKey?: string,
  ): Promise<Published>
}

/** Writes one kind of Stripe object. Called with the object's cursor locked. */
export interface ObjectRule {
  /** Never called with an older snapshot than was applied before. */
  apply(applying: Applying, object: unknown): Promise<void>
  /** The object is gone from Stripe. */
  remove(applying: Applying, id: string): Promise<void>
  /**
   * Keeps what an event says that no later state takes back, such as a failed attempt to pay. Called for
   * every event, also where its snapshot is too old to be applied, and after the snapshot.
   */
  witness?(applying: Applying, event: StripeEvent): Promise<void>
}
