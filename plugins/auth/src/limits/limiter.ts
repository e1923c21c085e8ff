import type { Database } from '@titanforge/database'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { AuthErrors } from '../errors.js'

/** Where the limit shows in the answer. */
interface Answer {
  setHeader(name: string, value: string): void
}

export interface Limit {
  name: string
  /** Tries in a window. */
  points: number
  /** Seconds. */
  window: number
}

/** Counts tries in the database, so that all processes count together. */
export class Limiter {
  readonly #limiter: RateLimiterPostgres

  constructor(
    private readonly limit: Limit,
    db: Database,
  ) {
    const { name, points, window } = limit
    this.#limiter = new RateLimiterPostgres({
      storeClient: clientOf(db),
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points,
      duration: window,
    })
  }

  /**
   * Counts a try.
   *
   * @throws TOO_MANY_REQUESTS
   */
  async count(key: string, answer?: Answer): Promise<void> {
    const { consumedPoints, msBeforeNext } = await this.#consume(key)
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
    const remaining = this.limit.points - consumedPoints
    // The names of draft-ietf-httpapi-ratelimit-headers-07, which clients know.
    answer?.setHeader('RateLimit-Limit', String(this.limit.points))
    answer?.setHeader('RateLimit-Remaining', String(Math.max(0, remaining)))
    answer?.setHeader('RateLimit-Reset', String(seconds))
    if (remaining < 0) {
      throw AuthErrors.TOO_MANY_REQUESTS({ seconds }, { details: { retryAfterSeconds: seconds } })
    }
  }

  /** Takes a try back, which was none. */
  async uncount(key: string): Promise<void> {
    await this.#limiter.reward(key)
  }

  /** Forgets the tries. */
  async forget(key: string): Promise<void> {
    await this.#limiter.delete(key)
  }

  async #consume(key: string): Promise<RateLimiterRes> {
    try {
      return await this.#limiter.consume(key)
    } catch (error) {
      // What is over the limit is thrown too.
      if (error instanceof RateLimiterRes) return error
      throw error
    }
  }
}

/** What the library wants of pg, on the application's own connections. */
const clientOf = (db: Database) => ({
  async query({ text, values }: { text: string; values: unknown[] }) {
    const rows = await db.query(text, values)
    return { rows, rowCount: rows.length }
  },
})
