import { Caller } from './caller.js'

/** The code that makes calls in a step: the attempt that is under way, and what stands around all attempts. */
export class Callers {
  #attempt: Caller | undefined
  /** Made when it is asked for, which is rare. */
  #around: Caller | undefined
  #reason: Error | undefined

  /** @param prefix tells what stands around from what stands around elsewhere in the step. */
  constructor(private readonly prefix: string) {}

  get attempt(): Caller | undefined {
    return this.#attempt
  }

  get around(): Caller {
    if (this.#around) return this.#around
    this.#around = new Caller(this.prefix)
    if (this.#reason) this.#around.abort(this.#reason)
    return this.#around
  }

  /** Begins an attempt. The one before makes no more calls. */
  next(): Caller {
    return (this.#attempt = new Caller())
  }

  has(caller: Caller): boolean {
    return caller === this.#attempt || caller === this.#around
  }

  abort(reason: Error): void {
    this.#reason = reason
    this.#attempt?.abort(reason)
    this.#around?.abort(reason)
  }
}
