import type { SetAside } from './set-aside.js'

/**
 * What a call costs. It is set aside as long as an attempt to make the call is under way or has succeeded, and
 * spent when the caller is given the answer: nobody pays for what he does not get.
 */
export class Price {
  #held: Promise<SetAside> | undefined
  /** The attempts that are under way or have succeeded. */
  #holders = 0

  /** @param amount millionths. */
  constructor(
    private readonly amount: number,
    private readonly setAside: () => Promise<SetAside>,
  ) {}

  /** @throws what the ledger throws, and then the attempt is not made; what the attempt throws. */
  async holdFor<Result>(attempt: () => Promise<Result>): Promise<Result> {
    this.#holders++
    try {
      await (this.#held ??= this.setAside())
      return await attempt()
    } catch (error) {
      if (--this.#holders === 0) await this.release()
      throw error
    }
  }

  /** @throws what the ledger throws. */
  async settle(): Promise<void> {
    await (await this.#held)?.settle(this.amount)
  }

  async release(): Promise<void> {
    const held = this.#held
    this.#held = undefined
    // Where it was refused, the attempt has said so.
    await held?.then((one) => one.release()).catch(() => undefined)
  }
}
