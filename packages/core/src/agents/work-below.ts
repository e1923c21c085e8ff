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
  #waiting: (() => void)[] | undefined

  add(call: Cancellable): void {
    if (this.#call) (this.#others ??= new Set()).add(call)
    else this.#call = call
  }

  delete(call: Cancellable): void {
    if (this.#call === call) this.#call = undefined
    else this.#others?.delete(call)
    this.#tell()
  }

  watch<Result>(code: Promise<Result>): Promise<Result> {
    this.#code++
    return code.finally(() => {
      this.#code--
      this.#tell()
    })
  }

  /** @param by the code whose calls are meant; all, if left out. */
  cancel(cause: unknown, by?: Caller): void {
    for (const call of this.#calls) if (!by || call.step.caller === by) call.cancel(cause)
  }

  /** Waits only for the calls from here on, which have bounds of their own. */
  giveUpOnCode(): void {
    this.#isImpatient = true
    this.#tell()
  }

  get isDone(): boolean {
    const isCodeDone = this.#code === 0 || this.#isImpatient
    return isCodeDone && !this.#call && !this.#others?.size
  }

  /** Resolves when all has ended. */
  done(): Promise<void> {
    return this.#when(() => this.isDone)
  }

  /** Resolves when all such calls have ended; undefined where there are none. */
  ended(isSuch: (call: Cancellable) => boolean): Promise<void> | undefined {
    const areThere = () => this.#calls.some(isSuch)
    return areThere() ? this.#when(() => !areThere()) : undefined
  }

  get #calls(): Cancellable[] {
    return [...(this.#call ? [this.#call] : []), ...(this.#others ?? [])]
  }

  #when(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      ;(this.#waiting ??= []).push(() => isSo() && resolve())
    })
  }

  #tell(): void {
    this.#waiting?.forEach((look) => look())
  }
}
