import { ForgeError } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import { Position } from './position.js'

export interface KeyAccountServices {
  db: Database
  gateway: StripeGateway
  livemode: boolean
}

/**
 * Whose the API key is. Another account of Stripe's has nothing of what is here, so with a key of that one all of it
 * would be found missing.
 */
export class KeyAccount {
  readonly #known: Position<{ account: string }>

  constructor(private readonly services: KeyAccountServices) {
    const { db, livemode } = services
    this.#known = new Position(db, `account:${livemode ? 'live' : 'test'}`)
  }

  /**
   * Keeps the account the first time, and compares it from then on.
   *
   * @throws STRIPE_ACCOUNT_CHANGED; RetryLater where Stripe is busy or away.
   * @see https://docs.stripe.com/api/accounts/retrieve
   */
  async confirm(): Promise<void> {
    const account = await this.#present()
    if (account === undefined) return
    const known = (await this.#known.read())?.account
    if (known === undefined) await this.#known.write({ account })
    else if (known !== account) throw StripeErrors.STRIPE_ACCOUNT_CHANGED({ account, known })
  }

  /** Has the next account taken for the right one. */
  forget(): Promise<void> {
    return this.#known.clear()
  }

  /** Undefined where it is not said: a restricted key may not ask for it, nor does every stand-in of Stripe have it. */
  async #present(): Promise<string | undefined> {
    try {
      return (await this.services.gateway.find((client) => client.accounts.retrieveCurrent()))?.id
    } catch (error) {
      // What is asked next tells of a key that is refused altogether.
      if (error instanceof ForgeError && error.code === 'STRIPE_KEY_REFUSED') return undefined
      throw error
    }
  }
}
