import { EventErrors } from '../errors.js'
import type { Claim } from './claim.js'
import type { DeliveryQueue } from './delivery-queue.js'

/**
 * Does the work of a claim and renews the claim meanwhile, so that a slow handler keeps its event although
 * the events of a dead process are taken over soon.
 *
 * The signal aborts when another attempt has the event, or when the time is over; then the claim is not
 * renewed any more. Whoever ignores the signal loses the claim, and with it every effect.
 *
 * @param timeoutSeconds how long the work may take.
 */
export async function holdClaim<Result>(
  queue: DeliveryQueue,
  claim: Claim,
  timeoutSeconds: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const end = (reason: Error) => {
    clearInterval(renewal)
    controller.abort(reason)
  }
  const renew = async () => {
    // Where the database is away the claim runs out, and its token keeps this attempt without effect.
    const kept = await queue.renew(claim).catch(() => true)
    if (!kept) end(EventErrors.CLAIM_LOST())
  }
  const renewal = setInterval(() => void renew(), (queue.claimSeconds * 1000) / 3)
  const timeout = setTimeout(
    () => end(EventErrors.HANDLER_TIMED_OUT({ seconds: timeoutSeconds })),
    timeoutSeconds * 1000,
  )
  // A handler that never ends must not keep the process from ending.
  renewal.unref()
  timeout.unref()
  try {
    return await work(controller.signal)
  } finally {
    clearInterval(renewal)
    clearTimeout(timeout)
  }
}
