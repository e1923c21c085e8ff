import { branchOf } from './branch.js'

/**
 * Code that makes calls in a step: one attempt of the step's own, or what stands around all attempts. It
 * numbers its calls, so that those of the next attempt have the same keys.
 */
export class Caller {
  readonly #controller = new AbortController()
  #calls = 0

  /** @param prefix tells its calls from those of other code of the step. */
  constructor(private readonly prefix = '') {}

  /** No other code has the same. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason: Error): void {
    this.#controller.abort(reason)
  }

  /** Where in the step the code is: the same in every attempt, and another each time it is asked. */
  place(): string {
    return `${this.prefix}${branchOf(this.signal)?.place() ?? ++this.#calls}`
  }
}
