import { Caller } from './caller.js'

/** What the places of the calls of some code begin with. */
export interface Prefixes {
  code: string
  /** Of what stands around the code. */
  around: string
}

export const PREFIXES: Prefixes = { code: '', around: 'around-' }

/** The code that makes calls in a step: the attempt that is under way, and what stands around all attempts. */
export class Callers {
  #attempt: Caller | undefined
  /** Made when it is asked for, which is rare. */
  #around: Caller | undefined
  #reason: Error | undefined

  constructor(private readonly prefixes: Prefixes) {}

  get attempt(): Caller | undefined {
    return this.#attempt
  }

  /** The code that is under way. */
  get current(): Caller {
    return this.#attempt ?? this.around
  }

  get around(): Caller {
    if (this.#around) return this.#around
    this.#around = new Caller(this.prefixes.around)
    if (this.#reason) this.#around.abort(this.#reason)
    return this.#around
  }

  /** Begins an attempt. The one before makes no more calls. */
  next(): Caller {
    return (this.#attempt = new Caller(this.prefixes.code))
  }

  has(caller: Caller | undefined): boolean {
    return caller === this.#attempt || caller === this.#around
  }

  abort(reason: Error): void {
    this.#reason = reason
    this.#attempt?.abort(reason)
    this.#around?.abort(reason)
  }
}
