import { promised } from '../agents/promised.js'
import { tryAgain } from '../agents/retry.js'
import { CoreErrors } from '../errors/core-errors.js'
import type { Logger } from '../telemetry/logger.js'
import { refuseBadAmount } from './amount.js'
import type { Reservation } from './ledger.js'
import type { Purse } from './purse.js'

interface Parts {
  what: string
  amount: number
  held: Reservation
  purse: Purse | undefined
  log: Logger
  /** Told when nothing is set aside any more. */
  over?: (() => void) | undefined
}

/**
 * Money that is set aside in the ledger, and in the purses of the agents around. These get back what was not
 * spent only when the ledger has, so that there too no more is set aside than a budget.
 */
export class SetAside implements Reservation {
  /** What the purses are still to get back. */
  #unspent: number
  #isOpen = true
  #settling: Promise<void> | undefined
  #releasing: Promise<void> | undefined

  constructor(private readonly parts: Parts) {
    this.#unspent = parts.amount
  }

  /** @throws RESERVATION_OVER, SETTLEMENT_TOO_LARGE, AMOUNT_INVALID, and what the ledger throws. */
  settle(amount: number): Promise<void> {
    const { what, log } = this.parts
    const settled = this.#settle(amount)
    // Where nobody waits for it, it is no unhandled rejection, as a call is none; but what was done is not paid.
    settled.catch((err: unknown) => log.warn({ err, what }, 'a reservation could not be settled'))
    return settled
  }

  async #settle(amount: number): Promise<void> {
    const { what, amount: reserved, held, log } = this.parts
    if (!this.#isOpen) throw CoreErrors.RESERVATION_OVER({ what })
    refuseBadAmount(amount)
    if (amount > reserved) throw CoreErrors.SETTLEMENT_TOO_LARGE({ what, amount, reserved })
    this.#isOpen = false
    // Gone also where the ledger fails, which may have written it down.
    this.#unspent -= amount
    // What is done has to be paid, also where the ledger is away for a moment.
    const settle = () => promised(() => held.settle(amount))
    this.#settling = settle().catch((error: unknown) => tryAgain(error, settle, { what, log }))
    await this.#settling
    this.#end()
  }

  /** Never throws: what the ledger cannot release ends by its time. Does nothing where it was settled. */
  release(): Promise<void> {
    return (this.#releasing ??= this.#release())
  }

  async #release(): Promise<void> {
    const { what, held, log } = this.parts
    this.#isOpen = false
    if (await hasSucceeded(this.#settling)) return
    try {
      await held.release()
    } catch (error) {
      log.warn({ err: error, what }, 'a reservation could not be released, and ends by its time')
    }
    this.#end()
  }

  #end(): void {
    this.parts.purse?.giveBack(this.#unspent)
    this.#unspent = 0
    this.parts.over?.()
  }
}

const hasSucceeded = (work: Promise<void> | undefined) =>
  work?.then(
    () => true,
    () => false,
  )
