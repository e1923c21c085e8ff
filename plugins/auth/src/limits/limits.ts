import type { Database } from '@titanforge/database'
import { z } from 'zod'
import { sha256 } from '../tokens/sha256.js'
import { Limiter } from './limiter.js'
import { networkOf } from './network-of.js'

const count = (value: number) => z.coerce.number<number | string>().int().min(1).default(value)

export const limitsConfig = z.strictObject({
  /** Failed log-ins of one account in a window. */
  failuresPerAccount: count(10),
  /** Failed log-ins from one address in a window. */
  failuresPerAddress: count(50),
  /** Log-ins of one account that succeed in a window; as many refreshes of its sessions. */
  successesPerAccount: count(300),
  /** Log-ins from one address that succeed in a window; as many refreshes, good or not. */
  successesPerAddress: count(3000),
  /**
   * Requests from one address in a window, of each other route that anybody may call and that does something.
   * Answers from GitHub do nothing without a secret of ours, and are not counted.
   */
  requestsPerAddress: count(200),
  /** Mails with a link to one account in a window. */
  mailsPerAccount: count(5),
  windowMinutes: count(15),
})
type LimitsConfig = z.infer<typeof limitsConfig>

/** Every limit on what may be tried, and how often. */
export class Limits {
  readonly #byAccount: Limiter
  readonly #byAddress: Limiter
  readonly #successesByAccount: Limiter
  readonly #successesByAddress: Limiter
  readonly #requests: Limiter
  readonly #mails: Limiter

  constructor(config: LimitsConfig, db: Database) {
    const window = config.windowMinutes * 60
    const limiter = (name: string, points: number) => new Limiter({ name, points, window }, db)
    this.#byAccount = limiter('login-account', config.failuresPerAccount)
    this.#byAddress = limiter('login-address', config.failuresPerAddress)
    this.#successesByAccount = limiter('success-account', config.successesPerAccount)
    this.#successesByAddress = limiter('success-address', config.successesPerAddress)
    this.#requests = limiter('requests', config.requestsPerAddress)
    this.#mails = limiter('mails', config.mailsPerAccount)
  }

  /**
   * Counts a log-in as failed before the password is looked at, so that many at once are counted too.
   * Whether the address has an account makes no difference.
   *
   * @throws TOO_MANY_REQUESTS, for the right password too.
   */
  async beginLogin(email: string, ctx: LimitedRequest): Promise<void> {
    await this.#byAddress.count(networkOf(ctx.ip), ctx)
    await this.#byAccount.count(accountKey(email), ctx)
  }

  /**
   * The password was right. Each success makes a session and is a row, so there is an end to them too.
   *
   * @throws TOO_MANY_REQUESTS
   */
  async loginSucceeded(email: string, ctx: LimitedRequest): Promise<void> {
    await this.#byAddress.uncount(networkOf(ctx.ip))
    await this.#byAccount.forget(accountKey(email))
    await this.#successesByAddress.count(`login:${networkOf(ctx.ip)}`, ctx)
    await this.#successesByAccount.count(`login:${accountKey(email)}`, ctx)
  }

  /**
   * @param userId left out where the token is none of ours.
   * @throws TOO_MANY_REQUESTS
   */
  async countRefresh(userId: string | undefined, ctx: LimitedRequest): Promise<void> {
    await this.#successesByAddress.count(`refresh:${networkOf(ctx.ip)}`, ctx)
    if (userId !== undefined) await this.#successesByAccount.count(`refresh:${userId}`, ctx)
  }

  /** The password was not looked at. */
  async loginNotTried(email: string, { ip }: { ip: string }): Promise<void> {
    await this.#byAddress.uncount(networkOf(ip))
    await this.#byAccount.uncount(accountKey(email))
  }

  /** Whoever owns the address has shown it; what others tried there is over. */
  async forgetFailures(email: string): Promise<void> {
    await this.#byAccount.forget(accountKey(email))
  }

  /** @throws TOO_MANY_REQUESTS */
  async countRequest(route: string, ctx: LimitedRequest): Promise<void> {
    await this.#requests.count(`${route}:${networkOf(ctx.ip)}`, ctx)
  }

  /** False where the account got enough mails for now. */
  async mayMail(userId: string): Promise<boolean> {
    try {
      await this.#mails.count(userId)
      return true
    } catch (error) {
      if (isOverLimit(error)) return false
      throw error
    }
  }
}

/** A request that is counted, and the answer that says how many are left. */
export interface LimitedRequest {
  readonly ip: string
  setHeader(name: string, value: string): void
}

const accountKey = (email: string) => sha256(email.toLowerCase()).toString('base64url')

const isOverLimit = (error: unknown) => (error as { status?: number }).status === 429
