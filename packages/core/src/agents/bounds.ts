import { CoreErrors } from '../errors/core-errors.js'
import { atMost } from './at-most.js'
import type { Caller } from './caller.js'
import { Callers, PREFIXES } from './callers.js'
import { promised } from './promised.js'
import { titleOf, type Step } from './step.js'
import { WorkBelow } from './work-below.js'

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
  /** By `performance.now()`. */
  #graceEnd: number | undefined
  #giveUp: ((reason: Error) => void) | undefined
  /** Made when there is any. */
  #below: WorkBelow | undefined
  #closed = false
  readonly callers: Callers

  /**
   * @param outer those of the calling step, or the signal of who begins the run. A caller whose deadline
   * comes first cancels the step.
   * @param prefixes of the keys of the calls that are made in the step.
   */
  constructor(
    readonly step: Pick<Step, 'kind' | 'definition' | 'caller'>,
    private timeoutMs: number | undefined,
    private readonly outer?: AbortSignal | Bounds,
    prefixes = PREFIXES,
  ) {
    this.callers = new Callers(prefixes)
    if (outer instanceof Bounds) (outer.#below ??= new WorkBelow()).add(this)
    else outer?.addEventListener('abort', this)
    this.#timer = setTimeout(Bounds.#expire, timeoutMs, this)
  }

  /** The step, for messages, such as `Agent "planner"`. */
  get what(): string {
    return titleOf(this.step)
  }

  /** Also where the step has not been told yet. */
  get aborted(): boolean {
    return this.#reason !== undefined || this.#isCallerOver
  }

  get reason(): Error | undefined {
    if (!this.#reason && this.#isCallerOver) this.handleEvent()
    return this.#reason
  }

  get #isCallerOver(): boolean {
    let { outer } = this
    while (outer instanceof Bounds && !outer.#reason && !outer.#closed) outer = outer.outer
    return outer instanceof Bounds || outer?.aborted === true
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason as Error
  }

  /** Whether the step has ended, or the code in it. */
  isOver(code: Caller): boolean {
    return this.#closed || !this.callers.has(code)
  }

  /**
   * @param code that of an attempt, or what stands around; left out where it may be either.
   * @throws RUN_ENDED where the step, or that code in it, has ended; the reason where it is to end.
   */
  throwIfOver(code?: Caller): void {
    if (this.#closed) throw this.#reason ?? this.#ended()
    this.throwIfAborted()
    if (code && this.isOver(code)) throw this.#ended()
  }

  /** @param ms counted from now; undefined where the caller's end is to be the only one. */
  limit(ms: number | undefined): void {
    if (this.#reason || this.#closed) return
    clearTimeout(this.#timer)
    this.timeoutMs = ms
    if (ms !== undefined) this.#timer = setTimeout(Bounds.#expire, ms, this)
  }

  static #expire(this: void, bounds: Bounds): void {
    bounds.#abort(CoreErrors.RUN_TIMED_OUT({ what: bounds.what, ms: bounds.timeoutMs ?? 0 }))
  }

  /** @param cause why. */
  cancel(cause: unknown): void {
    this.#abort(CoreErrors.RUN_CANCELLED({ what: this.what }, { cause }))
  }

  /** Called when the outer signal aborts. */
  handleEvent(): void {
    const { outer } = this
    this.cancel(outer instanceof Bounds ? (outer.reason ?? outer.#ended()) : outer?.reason)
  }

  /** Settles as the work does, or rejects when that was told to end and has had its time. */
  patience<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.whenImpatient(reject)
      work.then(resolve, reject)
    })
  }

  /** @param tell is called when what was told to end has had its time. */
  whenImpatient(tell: (reason: Error) => void): void {
    const others = this.#giveUp
    this.#giveUp = others ? (reason) => [others, tell].forEach((one) => one(reason)) : tell
  }

  /**
   * To be called each time before the step's own code is. Tells what an earlier attempt has left behind to
   * end, and lets it make no more calls.
   *
   * @throws RUN_ENDED where the step has ended; the reason where it is to end.
   */
  enter(): Caller {
    this.throwIfOver()
    const earlier = this.callers.attempt
    const attempt = this.callers.next()
    if (earlier) {
      const reason = this.#ended()
      this.#below?.cancel(reason, earlier)
      earlier.abort(reason)
    }
    return attempt
  }

  /** Resolves when the calls of earlier attempts, whose keys come again, have ended; undefined where there are none. */
  leftBehind(): Promise<void> | undefined {
    return this.#below?.ended(({ step }) => !this.callers.has(step.caller))
  }

  /** Has the end of the step wait for code of the step that nobody else may wait for. */
  watch<Result>(code: Promise<Result>): Promise<Result> {
    return (this.#below ??= new WorkBelow()).watch(code)
  }

  /**
   * @param make makes a call, and is told where in the step it is made.
   * @throws RUN_ENDED where the step, or that attempt to do it, has ended.
   */
  call<Result>(caller: Caller, make: (place: string) => Promise<Result>): Promise<Result> {
    const call = promised(() => {
      if (this.isOver(caller)) throw this.#ended()
      return make(caller.place())
    })
    // A call that its caller has forgotten is no unhandled rejection.
    call.catch(() => undefined)
    return call
  }

  /** Lets no more calls be made; ends what the step did not wait for, and waits for that. */
  endCalls(): Promise<void> | undefined {
    this.#closed = true
    // The step has kept to its limit. From here on only a caller can still cancel it.
    if (!this.#reason) clearTimeout(this.#timer)
    if (!this.#below || this.#below.isDone) return undefined
    if (!this.#reason) this.#startGrace()
    this.#tell(this.#ended())
    return this.#below.done().then(() => this.#endGrace())
  }

  /** Waits for what ends with the step, but no longer than for code that was told to end. */
  grace(work: Promise<unknown>): Promise<unknown> {
    const left = (this.#graceEnd ?? Infinity) - performance.now()
    return atMost(Math.max(0, Math.min(left, GRACE_MS)), work)
  }

  /** To be called when the step has ended. */
  close(): void {
    clearTimeout(this.#timer)
    if (this.outer instanceof Bounds) this.outer.#below?.delete(this)
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
    this.#below?.cancel(reason)
    this.callers.abort(reason)
  }

  #startGrace(): void {
    clearTimeout(this.#timer)
    this.#graceEnd = performance.now() + GRACE_MS
    this.#timer = setTimeout(() => {
      this.#giveUp?.(this.#reason ?? this.#ended())
      this.#below?.giveUpOnCode()
    }, GRACE_MS)
  }

  /** Where the step was not told to end itself, what it still has to do has no part in the grace. */
  #endGrace(): void {
    if (this.#reason) return
    clearTimeout(this.#timer)
    this.#graceEnd = undefined
  }

  #ended(): Error {
    return CoreErrors.RUN_ENDED({ what: this.what })
  }
}
