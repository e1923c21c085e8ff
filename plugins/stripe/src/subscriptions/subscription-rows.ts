import type { Database } from '@titanforge/database'
import type { BillingService } from '../billing-service.js'
import { StripeErrors } from '../errors.js'

export interface SubscriptionRow {
  id: string
  stripe_subscription_id: string
  status: string
  /** Whether it is over only because Stripe did not have it when it was asked last. */
  is_missing: boolean
}

/** What is cancelled, or has expired, stays so. */
export const isOver = (status: string): boolean => OVER.includes(status)
const OVER = ['canceled', 'incomplete_expired']

/** Our own rows of subscriptions, for what a user does with them. */
export class SubscriptionRows {
  constructor(
    private readonly db: Database,
    private readonly billing: BillingService,
  ) {}

  /**
   * The subscription asked for, or else the only one that is alive; where none is, the last that was. Of several
   * none is chosen: asked again because an answer was lost, the next one would be taken.
   *
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_AMBIGUOUS
   */
  async chosen(userId: string, id?: string): Promise<SubscriptionRow> {
    const all = await this.billing.subscriptionsOf(userId)
    const subscriptions = all.filter(({ status }) => !isOver(status))
    if (id === undefined && subscriptions.length > 1)
      throw StripeErrors.SUBSCRIPTION_AMBIGUOUS(undefined, { details: { subscriptions } })
    const one = all.find((it) => id === undefined || it.id === id)
    const row = one && (await this.#byId(one.id))
    if (!row) throw StripeErrors.SUBSCRIPTION_NOT_FOUND()
    return row
  }

  /**
   * As {@link chosen}, for what can only be done while it is alive.
   *
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_AMBIGUOUS, SUBSCRIPTION_OVER
   */
  async alive(userId: string, id?: string): Promise<SubscriptionRow> {
    const row = await this.chosen(userId, id)
    if (isOver(row.status)) throw StripeErrors.SUBSCRIPTION_OVER()
    return row
  }

  async #byId(id: string): Promise<SubscriptionRow | undefined> {
    const [row] = await this.db.query<SubscriptionRow>(
      'SELECT id, stripe_subscription_id, status, is_missing FROM subscriptions WHERE id = $1',
      [id],
    )
    return row
  }
}
