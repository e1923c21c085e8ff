import type { RetryPolicy } from '@titanforge/core'

/**
 * Seconds to wait before the next attempt: doubled with each attempt, and shortened by chance by up to a
 * half, so that what failed together does not come back together.
 *
 * @param attempt the one that failed; 1 for the first.
 */
export function backoffSeconds(
  { baseSeconds, maxSeconds }: Pick<RetryPolicy, 'baseSeconds' | 'maxSeconds'>,
  attempt: number,
): number {
  return (
    Math.min(maxSeconds, baseSeconds * 2 ** Math.min(attempt - 1, 30)) * (0.5 + Math.random() / 2)
  )
}
