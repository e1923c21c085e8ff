import { CoreErrors } from '../core-errors.js'

/** The calls that a step has made and that have not ended yet. */
export class Children {
  #running: Set<Promise<unknown>> | undefined
  #closed = false

  /** @param what the step, for messages, such as `Agent "planner"`. */
  constructor(private readonly what: string) {}

  get count(): number {
    return this.#running?.size ?? 0
  }

  /** @throws RUN_ENDED where the step has ended. */
  track<Result>(start: () => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(CoreErrors.RUN_ENDED({ what: this.what }))
    const call = start()
    const running = (this.#running ??= new Set())
    running.add(call)
    const end = () => void running.delete(call)
    // Takes note of a failure too, so that a call that its caller has forgotten is no unhandled rejection.
    call.then(end, end)
    return call
  }

  /** No call is made from now on. */
  close(): void {
    this.#closed = true
  }

  /** Resolves when all have ended, whatever they came to. */
  async settled(): Promise<void> {
    if (this.#running) await Promise.allSettled(this.#running)
  }
}
