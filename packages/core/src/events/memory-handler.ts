import type { Logger } from '../telemetry/logger.js'
import type { Transaction } from '../transactions/transaction.js'
import { envelope } from './envelope.js'
import type { Published, PublishOptions } from './event-bus.js'
import type { EventEnvelope, EventType } from './event.js'
import type { MemoryAttempt } from './memory-queue.js'
import { payloadOf } from './payload.js'
import { inPublishSpan } from './spans.js'
import type { Subscription } from './subscription.js'
import { inTime } from './time-limit.js'

const TIMEOUT_SECONDS = 300
const CLAIM_SECONDS = 20

export interface HandlerParts {
  readonly log: Logger
  /** Tells handlers that the bus stops. */
  readonly stopping: AbortSignal
  /** Ends the handlers that did not end when they were told to. */
  readonly cutOff: AbortSignal
  transaction(work: (tx: Transaction) => Promise<void>): Promise<void>
  store(tx: Transaction, event: EventEnvelope, options?: PublishOptions): Published
}

/** Has a consumer's handler handle an event, in a transaction of its own. */
export async function handle(
  { log, stopping, cutOff, transaction, store }: HandlerParts,
  subscription: Subscription,
  stored: EventEnvelope,
  { number, taken, applied }: MemoryAttempt,
): Promise<void> {
  // As it would come out of a store each time: what a handler does to it, no other sees.
  const { occurredAt, payload } = stored
  const event = {
    ...stored,
    occurredAt: new Date(occurredAt),
    payload: structuredClone(payload),
  }
  const delivery = {
    event,
    payload: payloadOf(subscription.event, event),
    attempt: number,
    signal: stopping,
    idempotencyKey: `${subscription.consumer}:${event.id}`,
    log: log.child({ consumer: subscription.consumer, eventId: event.id }),
  }
  const { timeoutSeconds = TIMEOUT_SECONDS, claimSeconds = CLAIM_SECONDS } = subscription.options
  const prepare = async (late: AbortSignal) =>
    subscription.prepare?.({ ...delivery, signal: AbortSignal.any([stopping, late]) })
  const cutOffs = taken ? [cutOff, taken] : [cutOff]
  const prepared = subscription.prepare && (await inTime(timeoutSeconds, prepare, ...cutOffs))
  await transaction(async (tx) => {
    tx.onCommit(applied)
    const publish = <P>(type: EventType<P>, body: P, options?: PublishOptions) =>
      inPublishSpan(type, async () => store(tx, envelope(type, body, options, event), options))
    const commit = async () => subscription.commit({ ...delivery, tx, publish }, prepared)
    await inTime(claimSeconds, commit, ...cutOffs)
  })
}
