import { setTimeout as delay } from 'node:timers/promises'
import { TestingErrors } from './errors.js'

const POLL_MS = 10

/**
 * How long {@link waitFor} waits, and for what.
 *
 * @example
 * const options: WaitOptions = { timeoutMs: 1_000, what: 'the first line' }
 */
export interface WaitOptions {
  /** Milliseconds; 30,000 if left out. */
  timeoutMs?: number
  /** What is waited for, to be named when it does not come. */
  what?: string
}

/**
 * Resolves to the condition's value once that is neither undefined nor false. What the condition throws
 * is thrown at once.
 *
 * @example
 * const lines: string[] = []
 * setTimeout(() => lines.push('listening'), 100)
 * const first = await waitFor(() => lines.at(0), { what: 'the first line' })
 * @throws WAITED_IN_VAIN
 */
export async function waitFor<Value>(
  condition: () => Promise<Value | undefined | false> | Value | undefined | false,
  options: WaitOptions = {},
): Promise<Value> {
  const { timeoutMs = 30_000, what = 'a condition' } = options
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    if (Date.now() > deadline) throw TestingErrors.WAITED_IN_VAIN({ what, timeoutMs })
    await delay(POLL_MS)
  }
}
