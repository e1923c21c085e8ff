import { v7 as uuidv7 } from 'uuid'
import type { Users } from '@titanforge/auth'
import type { Database } from '@titanforge/database'
import { resolveUser } from './customer-link.js'
import { StripeErrors } from './errors.js'
import { isMissingCustomer, isRefusal, type StripeGateway } from './gateway.js'
import { ACCOUNT_KEY } from './objects/reading.js'
import type { ObjectSync } from './sync/object-sync.js'

export interface CustomerServices {
  db: Database
  users: Users
  gateway: StripeGateway
  sync: ObjectSync
  livemode: boolean
}

interface Row {
  stripe_customer_id: string | null
  generation: number
  email: string
}

/**
 * Makes each user one customer at Stripe. Our row comes first, and its generation is in the idempotency
 * key: however many ask at once, or again after a crash, Stripe makes one and answers with it. Nobody is
 * found by an address, which proves nothing.
 */
export class Customers {
  constructor(private readonly services: CustomerServices) {}

  /**
   * The id of a user's customer at Stripe.
   *
   * @throws USER_UNKNOWN, or as the gateway does.
   */
  async ensure(userId: string): Promise<string> {
    const { db, gateway, sync, livemode } = this.services
    const row = await this.#row(userId)
    if (row.stripe_customer_id) return row.stripe_customer_id
    const mode = livemode ? 'live' : 'test'
    const idempotencyKey = `tf:cust:${mode}:${userId}:${row.generation}`
    const customer = await gateway
      .call((client) =>
        client.customers.create(
          { email: row.email, metadata: { [ACCOUNT_KEY]: userId } },
          { idempotencyKey, maxNetworkRetries: 3 },
        ),
      )
      .catch(async (error: unknown) => {
        // Stripe has said no to this one for good; the next try is another.
        if (isRefusal(error))
          await db.query(
            `UPDATE customers SET generation = generation + 1, email = NULL
             WHERE user_id = $1 AND livemode = $2 AND generation = $3 AND stripe_customer_id IS NULL`,
            [userId, livemode, row.generation],
          )
        throw error
      })
    await sync.transaction((applying) => resolveUser(applying, customer.id, userId))
    return (await this.#row(userId)).stripe_customer_id ?? customer.id
  }

  /**
   * Does something with a user's customer. Where it was deleted at Stripe and no webhook has said so yet, we
   * learn it here, and do it with the next one.
   *
   * @throws as {@link ensure} and `work` do.
   */
  async withCustomer<Result>(
    userId: string,
    work: (customer: string) => Promise<Result>,
  ): Promise<Result> {
    const customer = await this.ensure(userId)
    try {
      return await work(customer)
    } catch (error) {
      if (!isMissingCustomer(error)) throw error
      await this.services.sync.syncNow('customer', customer)
      const next = await this.ensure(userId)
      if (next === customer) throw error
      return work(next)
    }
  }

  async #row(userId: string): Promise<Row> {
    const { db, users, livemode } = this.services
    const user = await users.find(userId)
    if (!user) throw StripeErrors.USER_UNKNOWN({ userId })
    // The address stays what it was under this generation: one key never has two meanings.
    const [row] = await db.query<Row>(
      `INSERT INTO customers (id, user_id, livemode, email) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, livemode) DO UPDATE SET email = coalesce(customers.email, excluded.email)
       RETURNING stripe_customer_id, generation, email`,
      [uuidv7(), userId, livemode, user.email],
    )
    if (!row) throw StripeErrors.USER_UNKNOWN({ userId })
    return row
  }
}
