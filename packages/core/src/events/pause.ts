const DAY_SECONDS = 24 * 3600

/**
 * The pause that a handler asks for by {@link RetryLater}, within reason.
 *
 * @example
 * pauseSeconds(-1) // 0
 */
export const pauseSeconds = (seconds: number): number =>
  Number.isNaN(seconds) ? 60 : Math.min(Math.max(seconds, 0), DAY_SECONDS)

/** The longest pause or time limit, in seconds: a timer cannot wait longer. */
export const LONGEST_SECONDS = 2_000_000

/** Whether this can be a pause or a time limit, in seconds. */
export const isPause = (seconds: number): boolean => seconds >= 0 && seconds <= LONGEST_SECONDS
