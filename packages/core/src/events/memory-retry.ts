import type { Logger } from '../telemetry/logger.js'
import type { RetryPolicy } from './subscription.js'

/** How the bus in memory tries again where a subscription does not say. */
export const RETRY: RetryPolicy = {
  limit: 5,
  baseSeconds: 0.05,
  maxSeconds: 5,
  nonRetryable: () => false,
}

export function isHopeless(error: unknown, retry: RetryPolicy, log: Logger): boolean {
  try {
    return retry.nonRetryable(error)
  } catch (failure) {
    log.error({ err: failure }, '`nonRetryable` failed; the event will be tried again')
    return false
  }
}
