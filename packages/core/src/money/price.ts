import type { SetAside } from './set-aside.js'

/**
 * What a call costs. It is set aside as long as an attempt to make the call is under way or has succeeded, and
 * spent when the caller is given the answer: nobody pays for what he does not get.
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
  async holdFor<Result>(attempt: () => Promise<Result>): Promise<Result> {
    await this.hold()
    try {
      const result = await attempt()
      this.#hasSucceeded = true
      return result
    } catch (error) {
      this.letGo()
      throw error
    }
  }

  /** Has to be let go, unless it fails. */
  async hold(): Promise<void> {
    this.#holders++
    try {
      // It has the same key: what is to come must not go with what was.
      await this.#releasing
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
