import { CoreErrors } from '../core-errors.js'
import { Caller } from './caller.js'
import { promised } from './promised.js'
import { titleOf, type Step } from './step.js'

/** How long code that was told to end may take over it, in milliseconds, before nobody waits any more. */
export const GRACE_MS = 1_000

/**
 * What a step has to stay inside of: its own time limit, and its caller's end. It holds the calls that the
 * step makes in turn, since they end with it.
 */
export class Bounds {
  #reason: Error | undefined
  /** Runs to the end of the limit; once the step is to end, to the end of the grace. */
  #timer: NodeJS.Timeout | undefined
  #giveUp: ((reason: unknown) => void) | undefined
  /** Of the calls that have not ended yet. */
  #below: Set<Bounds> | undefined
  /** How often the step's own code is at work, as far as that is watched. */
  #atWork = 0
  /** Whether the grace is over, after which nobody waits for the step's own code. */
  #isPastGrace = false
  #tellLast: (() => void) | undefined
  #attempt: Caller | undefined
  /** What stands around the step's code; made when it is asked for, which is rare. */
  #around: Caller | undefined
  #closed = false

  /**
   * @param timeoutMs left out where the caller's end is the only one.
   * @param outer those of the calling step, or the signal of who begins the run. A caller whose deadline
   * comes first cancels the step.
   */
  constructor(
    private readonly step: Pick<Step, 'kind' | 'definition'>,
    private readonly timeoutMs: number | undefined,
    private readonly outer?: AbortSignal | Bounds,
  ) {
    if (outer instanceof Bounds) (outer.#below ??= new Set()).add(this)
    else outer?.addEventListener('abort', this)
    if (timeoutMs !== undefined) this.#timer = setTimeout(expire, timeoutMs, this)
  }

  /** The step, for messages, such as `Agent "planner"`. */
  get what(): string {
    return titleOf(this.step)
  }

  /** What stands around the step's code, as callers of it do. */
  get around(): Caller {
    if (this.#around) return this.#around
    this.#around = new Caller('around-')
    if (this.#reason) this.#around.abort(this.#reason)
    return this.#around
  }

  /** Also where the step has not been told yet. */
  get aborted(): boolean {
    return this.#reason !== undefined || this.outer?.aborted === true
  }

  get reason(): Error | undefined {
    if (!this.#reason && this.outer?.aborted) this.handleEvent()
    return this.#reason
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason as Error
  }

  /** @throws RUN_ENDED where the step, or this attempt to do it, has ended; the reason where it is to end. */
  throwIfOver(attempt = this.#attempt): void {
    if (this.#closed) throw this.#reason ?? this.#ended()
    this.throwIfAborted()
    if (attempt !== this.#attempt) throw this.#ended()
  }

  expire(): void {
    this.#abort(CoreErrors.RUN_TIMED_OUT({ what: this.what, ms: this.timeoutMs ?? 0 }))
  }

  /** @param cause why. */
  cancel(cause: unknown): void {
    this.#abort(CoreErrors.RUN_CANCELLED({ what: this.what }, { cause }))
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
   * To be called each time before the step's own code is. Tells what an earlier attempt has left behind to
   * end, and lets it make no more calls.
   *
   * @throws RUN_ENDED where the step has ended; the reason where it is to end.
   */
  enter(): Caller {
    this.throwIfOver()
    const earlier = this.#attempt
    this.#attempt = new Caller()
    if (earlier) {
      const reason = this.#ended()
      this.#below?.forEach((left) => left.cancel(reason))
      earlier.abort(reason)
    }
    return this.#attempt
  }

  /** Has the end of the step wait for code of the step that nobody else may wait for. */
  watch<Result>(code: Promise<Result>): Promise<Result> {
    this.#atWork++
    return code.finally(() => {
      this.#atWork--
      this.#tellIfQuiet()
    })
  }

  /**
   * @param make makes a call, and is told where in the step it is made.
   * @throws RUN_ENDED where the step, or that attempt to do it, has ended.
   */
  call<Result>(caller: Caller, make: (place: string) => Promise<Result>): Promise<Result> {
    const isOver = this.#closed || (caller !== this.#attempt && caller !== this.#around)
    if (isOver) return Promise.reject(this.#ended())
    const call = promised(() => make(caller.place()))
    // A call that its caller has forgotten is no unhandled rejection.
    call.catch(ignore)
    return call
  }

  /** Where in the step its code is that is under way. */
  place(): string {
    return (this.#attempt ?? this.around).place()
  }

  /** Lets no more calls be made; ends what the step did not wait for, and waits for that. */
  endCalls(): Promise<void> | undefined {
    this.#closed = true
    // The step has kept to its limit. From here on only a caller can still cancel it.
    if (!this.#reason) clearTimeout(this.#timer)
    if (this.#isQuiet()) return undefined
    if (!this.#reason) this.#startGrace()
    this.#tell(this.#ended())
    return new Promise((resolve) => (this.#tellLast = resolve))
  }

  /** To be called when the step has ended. */
  close(): void {
    clearTimeout(this.#timer)
    if (this.outer instanceof Bounds) this.outer.#forget(this)
    else this.outer?.removeEventListener('abort', this)
  }

  #abort(reason: Error): void {
    if (this.#reason) return
    this.#reason = reason
    this.#startGrace()
    this.#tell(reason)
  }

  /** Those below first: nothing may begin there while others hear of it. */
  #tell(reason: Error): void {
    this.#below?.forEach((bounds) => bounds.cancel(reason))
    this.#attempt?.abort(reason)
    this.#around?.abort(reason)
  }

  #startGrace(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#isPastGrace = true
      this.#giveUp?.(this.#reason)
      this.#tellIfQuiet()
    }, GRACE_MS)
  }

  #ended(): Error {
    return CoreErrors.RUN_ENDED({ what: this.what })
  }

  #isQuiet(): boolean {
    return (this.#atWork === 0 || this.#isPastGrace) && (this.#below?.size ?? 0) === 0
  }

  #tellIfQuiet(): void {
    if (this.#isQuiet()) this.#tellLast?.()
  }

  #forget(bounds: Bounds): void {
    this.#below?.delete(bounds)
    this.#tellIfQuiet()
  }
}

const expire = (bounds: Bounds) => bounds.expire()
const ignore = () => undefined
