import { CoreErrors } from '../core-errors.js'

/** The calls that a step has made and that have not ended yet. */
export class Children {
  #made = 0
  #running = 0
  #closed = false
  #tellLast: (() => void) | undefined

  /** @param what the step, for messages, such as `Agent "planner"`. */
  constructor(private readonly what: string) {}

  get count(): number {
    return this.#running
  }

  /**
   * @param start makes the call, and is told which of the step's calls it is; 1 for the first.
   * @throws RUN_ENDED where the step has ended.
   */
  track<Result>(start: (nth: number) => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(CoreErrors.RUN_ENDED({ what: this.what }))
    const call = start(++this.#made)
    this.#running++
    const end = () => {
      if (--this.#running === 0) this.#tellLast?.()
    }
    // Takes note of a failure too, so that a call that its caller has forgotten is no unhandled rejection.
    call.then(end, end)
    return call
  }

  /** No call is made from now on. */
  close(): void {
    this.#closed = true
  }

  /** Resolves when the last of them has ended, whatever they came to. */
  settled(): Promise<void> {
    if (this.#running === 0) return Promise.resolve()
    return new Promise((resolve) => (this.#tellLast = resolve))
  }
}
