/**
 * Thrown by a handler when what it needs is away for a while, such as a provider that answers 429.
 * The event is delivered again after the pause; this never counts towards its dead letter.
 */
export class RetryLater extends Error {
  override readonly name = 'RetryLater'

  constructor(
    /** Seconds to wait. */
    readonly seconds: number,
    reason: string,
    options?: { cause?: unknown },
  ) {
    super(reason, options)
  }
}
