import type { Database } from '@titanforge/database'
import type Stripe from 'stripe'
import { isRefusal } from './gateway.js'

/** How often a call is tried again, where the connection breaks or the same key is at work. */
export const RETRIES = 2

const KEY = "format('tf:%s:%s:%s', intent, id, generation)"

/**
 * Gives each change that is asked of Stripe its idempotency key, and stores it before it is asked: what is
 * asked again after a crash or a broken connection is asked with the same key, and done once. The key is
 * what is intended, plus the row's id (another database may use the same account) and a generation; the next
 * generation begins when Stripe has answered for good, or when something else is wanted.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export class Intents {
  constructor(private readonly db: Database) {}

  /**
   * @param intent names what is changed, such as `product:prod_1`; at most 200 characters. What would undo a change
   * has to be asked under the same name, or the change could not be asked again.
   * @param request what is asked: one key never has two meanings.
   */
  async run<Result>(
    intent: string,
    request: object,
    call: (options: Stripe.RequestOptions) => Promise<Result>,
  ): Promise<Result> {
    const idempotencyKey = await this.#begin(intent, request)
    try {
      const result = await call({ idempotencyKey, maxNetworkRetries: RETRIES })
      await this.#settle(intent, idempotencyKey)
      return result
    } catch (error) {
      if (isRefusal(error)) await this.#settle(intent, idempotencyKey)
      throw error
    }
  }

  async #begin(intent: string, request: object): Promise<string> {
    const [row] = await this.db.query<{ key: string }>(
      `INSERT INTO stripe_intents AS known (intent, request) VALUES ($1, $2)
       ON CONFLICT (intent) DO UPDATE SET request = excluded.request, settled = false, updated_at = now(),
         generation = known.generation + CASE WHEN known.settled OR known.request <> excluded.request THEN 1 ELSE 0 END
       RETURNING ${KEY} AS key`,
      [intent, JSON.stringify(request)],
    )
    if (!row) throw new Error(`the intent ${intent} was not stored`)
    return row.key
  }

  async #settle(intent: string, key: string): Promise<void> {
    await this.db.query(
      `UPDATE stripe_intents SET settled = true, updated_at = now() WHERE intent = $1 AND ${KEY} = $2`,
      [intent, key],
    )
  }
}
