import { CoreErrors } from '../core-errors.js'
import { branchOf, forgetBranches } from './branch.js'
import { titleOf, type Step } from './step.js'

/** How long code that was told to end may take over it, in milliseconds, before nobody waits any more. */
export const GRACE_MS = 1_000

/**
 * What a step has to stay inside of: its own time limit, and its caller's end. It holds the calls that the
 * step makes in turn, since they end with it.
 */
export class Bounds {
  readonly #controller = new AbortController()
  #reason: Error | undefined
  /** Runs to the end of the limit; once aborted, to the end of the grace. */
  #timer: NodeJS.Timeout
  #giveUp: ((reason: unknown) => void) | undefined
  /** Of the calls that have not ended yet. */
  #below: Set<Bounds> | undefined
  #tellLast: (() => void) | undefined
  #calls = 0
  #closed = false

  /**
   * @param outer those of the calling step, or the signal of who begins the run. A caller whose deadline
   * comes first cancels the step.
   */
  constructor(
    private readonly step: Pick<Step, 'kind' | 'definition'>,
    private readonly timeoutMs: number,
    private readonly outer?: AbortSignal | Bounds,
  ) {
    this.#timer = setTimeout(expire, timeoutMs, this)
    if (outer instanceof Bounds) (outer.#below ??= new Set()).add(this)
    else outer?.addEventListener('abort', this)
    // While the input was checked; no event tells of it any more.
    if (outer?.aborted) this.handleEvent()
  }

  /** The step, for messages, such as `Agent "planner"`. */
  get what(): string {
    return titleOf(this.step)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get aborted(): boolean {
    return this.#reason !== undefined
  }

  get reason(): Error | undefined {
    return this.#reason
  }

  throwIfAborted(): void {
    if (this.#reason) throw this.#reason
  }

  abort(reason: Error): void {
    if (this.#reason) return
    this.#reason = reason
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#giveUp?.(reason), GRACE_MS)
    this.#controller.abort(reason)
    this.#below?.forEach((bounds) => bounds.cancel(reason))
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

  /**
   * To be called each time before the step's own code is. Counts its calls anew, so that they have the same
   * keys when it is tried again, and cancels those that the attempt before did not wait for.
   *
   * @throws RUN_ENDED where the step has ended; the reason where it is to end.
   */
  enter(): void {
    this.throwIfAborted()
    if (this.#closed) throw CoreErrors.RUN_ENDED({ what: this.what })
    this.#calls = 0
    forgetBranches(this.signal)
    this.#below?.forEach((left) => left.cancel(CoreErrors.RUN_ENDED({ what: this.what })))
  }

  /** Where in the step its code is: the same when the step is tried again, and another each time it is asked. */
  place(): string {
    return branchOf(this.signal)?.place() ?? String(++this.#calls)
  }

  /**
   * @param make makes a call, and is told where in the step it is made.
   * @throws RUN_ENDED where the step has ended.
   */
  call<Result>(make: (place: string) => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(CoreErrors.RUN_ENDED({ what: this.what }))
    const call = make(this.place())
    // A call that its caller has forgotten is no unhandled rejection.
    call.catch(ignore)
    return call
  }

  /** Lets no more calls be made; cancels those that the step did not wait for, and waits for them. */
  endCalls(): Promise<void> | undefined {
    this.#closed = true
    if (!this.#below || this.#below.size === 0) return undefined
    this.abort(CoreErrors.RUN_ENDED({ what: this.what }))
    return new Promise((resolve) => (this.#tellLast = resolve))
  }

  /** To be called when the step has ended. */
  close(): void {
    clearTimeout(this.#timer)
    if (this.outer instanceof Bounds) this.outer.#forget(this)
    else this.outer?.removeEventListener('abort', this)
  }

  #forget(bounds: Bounds): void {
    this.#below?.delete(bounds)
    if (this.#below?.size === 0) this.#tellLast?.()
  }
}

const expire = (bounds: Bounds) => bounds.expire()
const ignore = () => undefined
