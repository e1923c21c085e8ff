import type { Database } from '@titanforge/database'
import { CHARGING_FIRST } from './charging-first.js'
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

const RESUMABLE_FIRST = `
  s.status NOT IN ('canceled', 'incomplete_expired')
    AND (s.status = 'paused' OR s.cancel_at_period_end OR s.cancel_at IS NOT NULL) DESC, ${CHARGING_FIRST}`

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
  alive(userId: string, id?: string): Promise<SubscriptionRow> {
    return this.#first(userId, id, CHARGING_FIRST)
  }

  /**
   * The subscription asked for, or else one whose end or pause can be taken back.
   *
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_OVER
   */
  resumable(userId: string, id?: string): Promise<SubscriptionRow> {
    return this.#first(userId, id, RESUMABLE_FIRST)
  }

  async #first(userId: string, id: string | undefined, order: string): Promise<SubscriptionRow> {
    const [row] = await this.db.query<SubscriptionRow>(
      `SELECT s.* FROM subscriptions s
       WHERE s.user_id = $1 AND s.livemode = $2 AND ($3::uuid IS NULL OR s.id = $3) ORDER BY ${order} LIMIT 1`,
      [userId, this.livemode, id ?? null],
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
