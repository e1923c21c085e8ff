import { messageOf, RetryLater, type Logger, type RetryPolicy } from '@titanforge/core'
import { pauseSeconds } from '@titanforge/core/bus'
import { backoffSeconds } from './backoff.js'
import type { Claim } from './claim.js'
import type { HeldClaims } from './held-claims.js'
import { madeWay } from './made-way.js'

export interface FailureContext {
  retry: RetryPolicy
  /** Aborted when the process stops. */
  stopping: AbortSignal
  log: Logger
}

/** From here on to make way counts as a failure: a handler that always has to must come to an end. */
const MAKES_WAY = 20

const LOST = 'a handler failed; its event is with another attempt'

/** Decides what becomes of a delivery whose handler has failed: wait, try again, or give up. Never throws. */
export async function settleFailure(
  held: HeldClaims,
  claim: Claim,
  error: unknown,
  { retry, stopping, log }: FailureContext,
): Promise<void> {
  try {
    if (error instanceof RetryLater) {
      const seconds = pauseSeconds(error.seconds)
      await held.postpone(claim, seconds)
      log.warn({ err: error, seconds }, 'a delivery was postponed')
    } else if (stopping.aborted) {
      // A handler that was told to stop has not failed.
      await held.release([claim])
      log.info({ reason: messageOf(error) }, 'a delivery was given back, since the process stops')
    } else if (madeWay(error) && claim.madeWay < MAKES_WAY) {
      // The other one goes on; by chance, so that these two do not meet again.
      await held.makeWay(claim, Math.random())
      log.info(
        { reason: messageOf(error) },
        'a delivery made way for another; it is delivered again',
      )
    } else if (claim.attempt > retry.limit || isHopeless(error, retry, log)) {
      const buried = await held.bury(claim, storable(messageOf(error)))
      if (buried) log.error({ err: error }, 'an event became a dead letter')
      else log.warn({ err: error }, LOST)
    } else {
      const kept = await held.retry(claim, backoffSeconds(retry, claim.attempt))
      log.warn({ err: error }, kept ? 'a handler failed; the event will be delivered again' : LOST)
    }
  } catch (failure) {
    // The claim runs out by itself, and then the event is delivered again.
    log.error({ err: failure, cause: messageOf(error) }, 'a delivery could not be settled')
  }
}

function isHopeless(error: unknown, { nonRetryable }: RetryPolicy, log: Logger): boolean {
  try {
    return nonRetryable(error)
  } catch (failure) {
    log.error({ err: failure }, '`nonRetryable` failed; the event will be tried again')
    return false
  }
}

/** PostgreSQL holds neither NUL nor half of a surrogate pair. */
const storable = (text: string) => text.replaceAll('\0', '').toWellFormed()
