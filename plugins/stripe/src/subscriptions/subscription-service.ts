import type { Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { BillingService } from '../billing-service.js'
import { productForSale } from '../checkout/offer.js'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import type { ObjectSync } from '../sync/object-sync.js'
import { cancelling } from './cancelling.js'
import { changeTarget, type Wanted } from './change-target.js'
import { changing } from './changing.js'
import { goingOn } from './going-on.js'
import { previewOf, type Preview } from './preview-change.js'
import type { Shown } from './shown.js'
import type { SubscriptionLocks } from './subscription-locks.js'
import { SubscriptionRequests } from './subscription-requests.js'
import { isOver, SubscriptionRows, type SubscriptionRow } from './subscription-rows.js'

export interface SubscriptionServices {
  db: Database
  billing: BillingService
  gateway: StripeGateway
  locks: SubscriptionLocks
  sync: ObjectSync
  livemode: boolean
  /** The most that can be bought of one thing at once. */
  maxQuantity: number
  log: Logger
}

/** Another plan, or another quantity of the same. */
export interface Change {
  productId: string
  /** As many as now, if left out. */
  quantity?: number | undefined
}

/** What users do with their subscriptions. What Stripe makes of it is in our tables before we return. */
export class SubscriptionService {
  readonly #rows: SubscriptionRows
  readonly #requests: SubscriptionRequests

  constructor(private readonly services: SubscriptionServices) {
    this.#rows = new SubscriptionRows(services.db, services.billing)
    this.#requests = new SubscriptionRequests(services)
  }

  /**
   * Cancels a subscription. One that is over is that already: this may be a repetition. One that was only missing may
   * go on charging, so Stripe is asked.
   *
   * @returns our own id of the subscription.
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_AMBIGUOUS, SUBSCRIPTION_BUSY, or as the gateway does.
   */
  async cancel(userId: string, when: 'period_end' | 'now', id?: string): Promise<string> {
    const row = await this.#rows.chosen(userId, id)
    const sub = row.stripe_subscription_id
    if (!isOver(row.status) || row.is_missing)
      await this.#requests.run(sub, { cancel: when }, cancelling(sub, when))
    return row.id
  }

  /**
   * Lets a subscription go on: ends its pause, and takes its scheduled end back.
   *
   * @returns our own id of the subscription.
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_AMBIGUOUS, SUBSCRIPTION_OVER, SUBSCRIPTION_BUSY,
   * RESUMPTION_UNPAID, or as the gateway does.
   */
  async resume(userId: string, id?: string): Promise<string> {
    const row = await this.#rows.alive(userId, id)
    const sub = row.stripe_subscription_id
    await this.#requests.run(sub, 'resume', goingOn(sub))
    return row.id
  }

  /**
   * What a change would cost if it were made now, by Stripe's clock.
   *
   * @throws as {@link change} does.
   */
  async preview(
    userId: string,
    change: Change,
    id?: string,
  ): Promise<Preview & { quantity: number | null }> {
    const { row, wanted } = await this.#wanted(userId, change, id)
    return this.services.gateway.call(async (client) => {
      const target = await changeTarget(client, row.stripe_subscription_id, wanted)
      return { ...previewOf(target), quantity: target.item.quantity ?? null }
    })
  }

  /**
   * Changes the plan or its quantity. What is due is charged at once; where that fails, nothing is changed.
   *
   * @param shown by a preview of the last ten minutes: then the change costs that, or is not made. Nobody may
   * choose another moment, or the rest of the period would be as long as they like.
   * @returns our own id of the subscription.
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_AMBIGUOUS, SUBSCRIPTION_OVER, SUBSCRIPTION_BUSY,
   * SUBSCRIPTION_PAUSED, SUBSCRIPTION_UNPAID, SUBSCRIPTION_NOT_COLLECTED, SUBSCRIPTION_MIXED,
   * SUBSCRIPTION_ENDING, PERIOD_PARTLY_REFUNDED, PERIOD_ENDING, TRIAL_ENDING, CHANGES_WAITING,
   * PRODUCT_NOT_FOR_SALE, QUANTITY_TOO_HIGH, PREVIEW_OUTDATED, CARD_DECLINED, or as the gateway does.
   */
  async change(userId: string, change: Change, shown?: Shown, id?: string): Promise<string> {
    const { row, wanted } = await this.#wanted(userId, change, id)
    const sub = row.stripe_subscription_id
    await this.#requests.run(sub, { change }, changing(sub, wanted, shown))
    return row.id
  }

  async #wanted(
    userId: string,
    { productId, quantity }: Change,
    id?: string,
  ): Promise<{ row: SubscriptionRow; wanted: Wanted }> {
    const { db, livemode, maxQuantity } = this.services
    const row = await this.#rows.alive(userId, id)
    const product = await productForSale(db, productId, livemode)
    if (product.type !== 'subscription') throw StripeErrors.PRODUCT_NOT_FOR_SALE()
    const { stripePriceId: price, metered, trialDays } = product
    const wanted = { price, quantity, atMost: maxQuantity, metered, hasTrial: trialDays > 0 }
    return { row, wanted }
  }
}
