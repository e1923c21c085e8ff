import { v7 as uuidv7 } from 'uuid'
import type { Connection } from './connection.js'

/** What the system knows before the first delivery. */
export interface SequenceConfig {
  livemode: boolean
  accounts: { account: string; email: string; customer: string | null }[]
  catalog: {
    price: string
    product: string
    name: string
    currency: string
    unit_amount: number | null
    type: 'recurring' | 'one_time'
    interval?: string
    interval_count?: number
    usage_type?: string
  }[]
}

/** Stores accounts and catalogue, as if they had been there for long. */
export async function prepare(db: Connection, config: SequenceConfig): Promise<void> {
  for (const { account, email, customer } of config.accounts) {
    const id = uuidv7()
    await db.query('INSERT INTO users (id, email, stripe_customer_id) VALUES ($1, $2, $3)', [
      id,
      email,
      customer,
    ])
    await db.query('INSERT INTO customer_references (reference, user_id) VALUES ($1, $2)', [
      account,
      id,
    ])
    if (!customer) continue
    await db.query('INSERT INTO customer_links (stripe_customer_id, user_id) VALUES ($1, $2)', [
      customer,
      id,
    ])
    await db.query(
      'INSERT INTO customers (id, user_id, livemode, stripe_customer_id) VALUES ($1, $2, $3, $4)',
      [uuidv7(), id, config.livemode, customer],
    )
  }
  for (const entry of config.catalog) {
    await db.query(
      'INSERT INTO stripe_products (stripe_product_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [entry.product, entry.name],
    )
    await db.query(
      `INSERT INTO products (id, name, type, stripe_price_id, stripe_product_id, currency, unit_amount, interval,
         interval_count, metered) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        uuidv7(),
        entry.name,
        entry.type === 'recurring' ? 'subscription' : 'one_time_purchase',
        entry.price,
        entry.product,
        entry.currency,
        entry.unit_amount,
        entry.interval ?? null,
        entry.interval_count ?? 1,
        entry.usage_type === 'metered',
      ],
    )
  }
}
