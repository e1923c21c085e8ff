import type { Caller } from './caller.js'
import type { Step } from './step.js'

/** A call that can be told to end. */
interface Cancellable {
  readonly step: Pick<Step, 'caller'>
  cancel(cause: unknown): void
}

/** What is still at work in a step: the calls that it has made, and its own code as far as that is watched. */
export class WorkBelow {
  /** Most steps wait for one call at a time, and thousands of steps may be under way: a set is made for more. */
  #call: Cancellable | undefined
  #others: Set<Cancellable> | undefined
  #code = 0
  /** Whether nobody waits for the step's own code any more. */
  #isImpatient = false
  #tellLast: (() => void) | undefined

  add(call: Cancellable): void {
    if (this.#call) (this.#others ??= new Set()).add(call)
    else this.#call = call
  }

  delete(call: Cancellable): void {
    if (this.#call === call) this.#call = undefined
    else this.#others?.delete(call)
    this.#tellIfDone()
  }

  watch<Result>(code: Promise<Result>): Promise<Result> {
    this.#code++
    return code.finally(() => {
      this.#code--
      this.#tellIfDone()
    })
  }

  /** @param by the code whose calls are meant; all, if left out. */
  cancel(cause: unknown, by?: Caller): void {
    for (const call of [this.#call, ...(this.#others ?? [])])
      if (call && (!by || call.step.caller === by)) call.cancel(cause)
  }

  /** Waits only for the calls from here on, which have bounds of their own. */
  giveUpOnCode(): void {
    this.#isImpatient = true
    this.#tellIfDone()
  }

  get isDone(): boolean {
    const isCodeDone = this.#code === 0 || this.#isImpatient
    return isCodeDone && !this.#call && !this.#others?.size
  }

  /** Resolves when all has ended. */
  done(): Promise<void> {
    return new Promise((resolve) => (this.#tellLast = resolve))
  }

  #tellIfDone(): void {
    if (this.isDone) this.#tellLast?.()
  }
}
