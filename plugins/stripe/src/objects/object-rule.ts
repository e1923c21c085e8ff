import type { EventType, Published, Transaction } from '@titanforge/core'

/** What a rule may do while it applies a snapshot: write in the transaction, and publish in it. */
export interface Applying {
  readonly tx: Transaction
  readonly livemode: boolean
  /** When the change happened at Stripe. */
  readonly occurredAt: Date
  publish<Payload>(type: EventType<Payload>, payload: Payload): Promise<Published>
}

/** Writes one kind of Stripe object. Called with the object's cursor locked, never with an older snapshot. */
export interface ObjectRule {
  apply(applying: Applying, object: unknown): Promise<void>
  /** The object is gone from Stripe. */
  remove(applying: Applying, id: string): Promise<void>
}
