import type { Caller } from './caller.js'

/** A call that can be told to end. */
interface Cancellable {
  cancel(cause: unknown): void
}

/** What is still at work in a step: the calls that it has made, and its own code as far as that is watched. */
export class WorkBelow {
  /** With the code that made them. */
  readonly #calls = new Map<Cancellable, Caller | undefined>()
  #code = 0
  /** Whether nobody waits for the step's own code any more. */
  #isImpatient = false
  #tellLast: (() => void) | undefined

  add(call: Cancellable, by: Caller | undefined): void {
    this.#calls.set(call, by)
  }

  delete(call: Cancellable): void {
    this.#calls.delete(call)
    this.#tellIfDone()
  }

  watch<Result>(code: Promise<Result>): Promise<Result> {
    this.#code++
    return code.finally(() => {
      this.#code--
      this.#tellIfDone()
    })
  }

  cancel(cause: unknown): void {
    for (const call of this.#calls.keys()) call.cancel(cause)
  }

  cancelThoseOf(caller: Caller, cause: unknown): void {
    for (const [call, by] of this.#calls) if (by === caller) call.cancel(cause)
  }

  /** Waits only for the calls from here on, which have bounds of their own. */
  giveUpOnCode(): void {
    this.#isImpatient = true
    this.#tellIfDone()
  }

  get isDone(): boolean {
    return (this.#code === 0 || this.#isImpatient) && this.#calls.size === 0
  }

  /** Resolves when all has ended. */
  done(): Promise<void> {
    return new Promise((resolve) => (this.#tellLast = resolve))
  }

  #tellIfDone(): void {
    if (this.isDone) this.#tellLast?.()
  }
}
