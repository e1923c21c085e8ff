import type { Database } from '@titanforge/database'
import { v7 as uuidv7 } from 'uuid'

export type Purpose = 'subscription' | 'payment'

/** What is asked of Stripe for a checkout. Stored before it is asked. */
export interface CheckoutRequest {
  priceId: string
  /** Null where the price is metered. */
  quantity: number | null
  trialDays: number
  promotionCodeId: string | null
  successUrl: string
  cancelUrl: string
}

export interface CheckoutRow {
  id: string
  user_id: string
  product_id: string
  purpose: Purpose
  quantity: number
  request: CheckoutRequest
  status: 'open' | 'pending' | 'fulfilled' | 'expired' | 'failed'
  stripe_session_id: string | null
  url: string | null
  created_at: Date
  fulfilled_at: Date | null
}

export interface OpenCheckout extends CheckoutRow {
  /** Whether its time is over for us. Its page stays open a little longer, unless it is closed. */
  overdue: boolean
}

export interface NewCheckout {
  userId: string
  productId: string
  purpose: Purpose
  quantity: number
  request: CheckoutRequest
}

/** Our own rows of checkouts: at most one that is open for a user and purpose. */
export class CheckoutRows {
  constructor(
    private readonly db: Database,
    private readonly livemode: boolean,
  ) {}

  async open(userId: string, purpose: Purpose): Promise<OpenCheckout | undefined> {
    const rows = await this.db.query<OpenCheckout>(
      `SELECT *, expires_at <= now() AS overdue FROM checkouts
       WHERE user_id = $1 AND purpose = $2 AND livemode = $3 AND status = 'open'`,
      [userId, purpose, this.livemode],
    )
    return rows[0]
  }

  /** Nothing happens where there is an open one meanwhile. */
  async add({ userId, productId, purpose, quantity, request }: NewCheckout): Promise<void> {
    // Less than the 24 hours for which Stripe knows the key.
    await this.db.query(
      `INSERT INTO checkouts (id, user_id, product_id, purpose, quantity, request, livemode, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now() + interval '23 hours')
       ON CONFLICT (user_id, purpose, livemode) WHERE status = 'open' DO NOTHING`,
      [uuidv7(), userId, productId, purpose, quantity, JSON.stringify(request), this.livemode],
    )
  }

  /** Stores the page. False where the checkout is not open any more; then nobody should see the page. */
  async opened(id: string, session: { id: string; url: string }): Promise<boolean> {
    const rows = await this.db.query(
      `UPDATE checkouts SET stripe_session_id = $2, url = $3, updated_at = now()
       WHERE id = $1 AND status = 'open' RETURNING 1`,
      [id, session.id, session.url],
    )
    return rows.length === 1
  }

  /** Closes a checkout without a page. One that has a page meanwhile stays: first that has to be closed. */
  async close(id: string, status: 'expired' | 'failed'): Promise<void> {
    await this.db.query(
      `UPDATE checkouts SET status = $2, updated_at = now()
       WHERE id = $1 AND status = 'open' AND stripe_session_id IS NULL`,
      [id, status],
    )
  }

  async find(userId: string, id: string): Promise<CheckoutRow | undefined> {
    const rows = await this.db.query<CheckoutRow>(
      'SELECT * FROM checkouts WHERE id = $1 AND user_id = $2 AND livemode = $3',
      [id, userId, this.livemode],
    )
    return rows[0]
  }
}
