const DAY_SECONDS = 24 * 3600

/**
 * The pause that a handler asks for by {@link RetryLater}, within reason.
 *
 * @example
 * pauseSeconds(-1) // 0
 */
export const pauseSeconds = (seconds: number): number =>
  Number.isNaN(seconds) ? 60 : Math.min(Math.max(seconds, 0), DAY_SECONDS)
