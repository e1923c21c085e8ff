import type { Database } from '@titanforge/database'
import { StripeErrors } from './errors.js'
import type { StoredItem } from './objects/subscription-item.js'

export interface SubscriptionRow {
  id: string
  stripe_subscription_id: string
  status: string
  cancel_at: Date | null
  cancel_at_period_end: boolean
  items: StoredItem[]
}

/** What is cancelled, or has expired, stays so. */
export const isOver = (status: string): boolean => OVER.includes(status)
const OVER = ['canceled', 'incomplete_expired']

/** Whether an end is scheduled. The customer portal sets its date alone. */
export const endsByItself = (row: SubscriptionRow): boolean =>
  row.cancel_at !== null || row.cancel_at_period_end

/** Our own rows of subscriptions, for what a user does with them. */
export class SubscriptionRows {
  constructor(
    private readonly db: Database,
    private readonly livemode: boolean,
  ) {}

  /**
   * The subscription asked for, or else the one that goes on charging.
   *
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_OVER
   */
  async alive(userId: string, id?: string): Promise<SubscriptionRow> {
    const [row] = await this.db.query<SubscriptionRow>(
      `SELECT s.* FROM subscriptions s JOIN users u ON u.id = s.user_id
       WHERE s.user_id = $1 AND s.livemode = $2 AND ($3::uuid IS NULL OR s.id = $3)
       ORDER BY s.id = u.current_subscription_id DESC NULLS LAST, s.status = ANY($4), s.created_at DESC LIMIT 1`,
      [userId, this.livemode, id ?? null, OVER],
    )
    if (!row) throw StripeErrors.SUBSCRIPTION_NOT_FOUND()
    if (isOver(row.status)) throw StripeErrors.SUBSCRIPTION_OVER()
    return row
  }

  async find(stripeSubscriptionId: string): Promise<SubscriptionRow | undefined> {
    const [row] = await this.db.query<SubscriptionRow>(
      'SELECT * FROM subscriptions WHERE stripe_subscription_id = $1',
      [stripeSubscriptionId],
    )
    return row
  }
}
