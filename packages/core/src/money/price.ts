import type { Bounds } from '../agents/bounds.js'
import type { SetAside } from './set-aside.js'

/**
 * What a call costs. It is set aside as long as an attempt to make the call is under way or has succeeded. It is
 * spent where one has succeeded and the caller is given an answer.
 */
export class Price {
  #held: Promise<SetAside> | undefined
  #releasing: Promise<unknown> | undefined
  /** The attempts that are under way or have succeeded. */
  #holders = 0
  #hasSucceeded = false

  /** @param amount millionths. */
  constructor(
    private readonly amount: number,
    private readonly setAside: () => Promise<SetAside>,
  ) {}

  /** @throws what the ledger throws, and then the attempt is not made; what the attempt throws. */
  async holdFor<Result>(bounds: Bounds, attempt: () => Promise<Result>): Promise<Result> {
    await this.hold(bounds)
    try {
      const result = await attempt()
      // What has ended meanwhile answers nobody.
      bounds.throwIfOver()
      this.#hasSucceeded = true
      return result
    } catch (error) {
      this.letGo()
      throw error
    }
  }

  /**
   * Has to be let go, unless it fails.
   *
   * @throws what the ledger throws; RUN_ENDED, or the reason, where the step is over by then.
   */
  async hold(bounds: Bounds): Promise<void> {
    this.#holders++
    try {
      // It has the same key: what is to come must not go with what was.
      await this.#releasing
      bounds.throwIfOver()
      await (this.#held ??= this.setAside())
    } catch (error) {
      this.letGo()
      throw error
    }
  }

  /** Gives it back where nobody holds it any more. The failure that was the cause does not wait for that. */
  letGo(): void {
    if (--this.#holders === 0) this.#release()
  }

  /** To be called when the caller is given the answer. */
  pay(): Promise<void> | undefined {
    if (!this.#hasSucceeded) return undefined
    return this.#held?.then((held) => held.settle(this.amount))
  }

  /** To be called when the step ends: gives back what is not paid. */
  close(): Promise<unknown> | undefined {
    this.#release()
    return this.#releasing
  }

  #release(): void {
    const held = this.#held
    if (!held) return
    this.#held = undefined
    // Where it was refused, the attempt has said so.
    this.#releasing = held.then((one) => one.release()).catch(() => undefined)
  }
}
