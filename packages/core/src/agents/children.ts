import { CoreErrors } from '../core-errors.js'

/** The calls that a step has made and that have not ended yet. */
export class Children {
  readonly #running = new Set<Promise<unknown>>()
  #closed = false

  /** @param what the step, for messages, such as `Agent "planner"`. */
  constructor(private readonly what: string) {}

  get count(): number {
    return this.#running.size
  }

  /** @throws RUN_ENDED where the step has ended. */
  track<Result>(start: () => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(CoreErrors.RUN_ENDED({ what: this.what }))
    // What the caller is given is what is waited for: a call that it has forgotten is no unhandled rejection.
    const call: Promise<Result> = finallyDo(start, () => this.#running.delete(call))
    this.#running.add(call)
    return call
  }

  /** No call is made from now on. */
  close(): void {
    this.#closed = true
  }

  /** Resolves when all have ended, whatever they came to. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running)
  }
}

async function finallyDo<Result>(start: () => Promise<Result>, end: () => void): Promise<Result> {
  try {
    return await start()
  } finally {
    end()
  }
}
