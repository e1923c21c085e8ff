import { CoreErrors } from '../core-errors.js'

/** How long code that was told to end may take over it, in milliseconds, before nobody waits any more. */
const GRACE_MS = 1_000

/** What ends a step before its work is done: its own time limit, or its caller's end. */
export class Bounds {
  readonly #controller = new AbortController()
  /** Runs to the end of the limit; once aborted, to the end of the grace. */
  #timer: NodeJS.Timeout
  #giveUp: ((reason: unknown) => void) | undefined

  /**
   * @param what the step, for messages, such as `Agent "planner"`.
   * @param outer the caller's signal. A caller whose deadline comes first cancels the step by it.
   */
  constructor(
    private readonly what: string,
    private readonly timeoutMs: number,
    private readonly outer?: AbortSignal,
  ) {
    this.#timer = setTimeout(expire, timeoutMs, this)
    outer?.addEventListener('abort', this)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason: Error): void {
    if (this.signal.aborted) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#giveUp?.(reason), GRACE_MS)
    this.#controller.abort(reason)
  }

  expire(): void {
    this.abort(CoreErrors.RUN_TIMED_OUT({ what: this.what, ms: this.timeoutMs }))
  }

  /** @param cause why. */
  cancel(cause: unknown): void {
    this.abort(CoreErrors.RUN_CANCELLED({ what: this.what }, { cause }))
  }

  /** Called when the outer signal aborts. */
  handleEvent(): void {
    this.cancel(this.outer?.reason)
  }

  /** Settles as the work does, or rejects when that was told to end and has had its time. */
  patience<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#giveUp = reject
      work.then(resolve, reject)
    })
  }

  /** To be called when the step has ended. */
  close(): void {
    clearTimeout(this.#timer)
    this.outer?.removeEventListener('abort', this)
  }
}

const expire = (bounds: Bounds) => bounds.expire()
