import type { Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type Stripe from 'stripe'
import type { BillingService } from '../billing-service.js'
import { productForSale } from '../checkout/offer.js'
import { StripeErrors } from '../errors.js'
import type { StripeGateway } from '../gateway.js'
import type { Intents } from '../intents.js'
import type { ObjectSync } from '../sync/object-sync.js'
import { cancelNow } from './cancel-now.js'
import { changeParameters } from './change-plan.js'
import { changeTarget, type ChangeTarget } from './change-target.js'
import { previewChange, refuseOldPreview, type Preview } from './preview-change.js'
import { refuseUnpaidResumption, RESUMPTION } from './resumption.js'
import { SubscriptionRequests } from './subscription-requests.js'
import {
  endsByItself,
  isOver,
  SubscriptionRows,
  type SubscriptionRow,
} from './subscription-rows.js'

export interface SubscriptionServices {
  db: Database
  billing: BillingService
  gateway: StripeGateway
  intents: Intents
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
    this.#requests = new SubscriptionRequests(services, this.#rows)
  }

  /**
   * Cancels a subscription. One that is over is that already: this may be a repetition.
   *
   * @returns our own id of the subscription.
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_AMBIGUOUS, or as the gateway does.
   */
  async cancel(userId: string, when: 'period_end' | 'now', id?: string): Promise<string> {
    const row = await this.#rows.chosen(userId, id)
    if (isOver(row.status)) return row.id
    const sub = row.stripe_subscription_id
    await this.#requests.run(sub, {
      request: { cancel: when },
      call: (client, options) =>
        when === 'now'
          ? cancelNow(client, sub)
          : client.subscriptions.update(sub, { cancel_at_period_end: true }, options),
      isDone: (now) => isOver(now.status) || (when === 'period_end' && endsByItself(now)),
    })
    return row.id
  }

  /**
   * Lets a subscription go on: ends its pause, and takes its scheduled end back.
   *
   * @returns our own id of the subscription.
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_AMBIGUOUS, SUBSCRIPTION_OVER, RESUMPTION_UNPAID, or as the
   * gateway does.
   */
  async resume(userId: string, id?: string): Promise<string> {
    const row = await this.#rows.alive(userId, id)
    const isPaused = row.status === 'paused'
    if (isPaused) await this.#endPause(row)
    if (!isPaused || endsByItself(row)) await this.#takeEndBack(row)
    if (isPaused)
      await this.services.gateway.call((client) =>
        refuseUnpaidResumption(client, row.stripe_subscription_id),
      )
    return row.id
  }

  #endPause({ stripe_subscription_id: sub }: SubscriptionRow): Promise<void> {
    return this.#requests.run(sub, {
      request: { resume: RESUMPTION },
      call: (client, options) => client.subscriptions.resume(sub, RESUMPTION, options),
      // It goes on when its invoice is paid, which may be later.
      isDone: (now, answer) => now.status !== 'paused' || answer.status === 'paused',
    })
  }

  #takeEndBack(row: SubscriptionRow): Promise<void> {
    const sub = row.stripe_subscription_id
    // The portal schedules an end by its date alone.
    const parameters: Stripe.SubscriptionUpdateParams =
      row.cancel_at && !row.cancel_at_period_end
        ? { cancel_at: '' }
        : { cancel_at_period_end: false }
    return this.#requests.run(sub, {
      request: { resume: parameters },
      call: (client, options) => client.subscriptions.update(sub, parameters, options),
      isDone: (now) => !endsByItself(now),
    })
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
    const { target } = await this.#target(userId, change, id)
    const preview = await this.services.gateway.call((client) => previewChange(client, target))
    return { ...preview, quantity: target.item.quantity ?? null }
  }

  /**
   * Changes the plan or its quantity. What is due is charged at once; where that fails, nothing is changed.
   *
   * @param previewedAt seconds since the epoch, from a preview of the last ten minutes: what it showed is then
   * what is charged. Nobody may choose another moment, or the rest of the period would be as long as they like.
   * @returns our own id of the subscription.
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_AMBIGUOUS, SUBSCRIPTION_OVER, SUBSCRIPTION_UNPAID,
   * SUBSCRIPTION_NOT_COLLECTED, SUBSCRIPTION_MIXED, PRODUCT_NOT_FOR_SALE, QUANTITY_TOO_HIGH, PREVIEW_OUTDATED,
   * CARD_DECLINED, or as the gateway does.
   */
  async change(userId: string, change: Change, previewedAt?: number, id?: string): Promise<string> {
    const { row, target } = await this.#target(userId, change, id)
    const { item } = target
    const sub = row.stripe_subscription_id
    if (target.isSame) {
      await this.#requests.follow(sub)
      return row.id
    }
    if (previewedAt !== undefined)
      await this.services.gateway.call((client) => refuseOldPreview(client, target, previewedAt))
    const parameters = changeParameters(target, previewedAt)
    await this.#requests.run(sub, {
      request: { change: parameters },
      call: (client, options) => client.subscriptions.update(sub, parameters, options),
      isDone: ({ items: [now] }) =>
        now?.priceId === item.price &&
        (item.quantity === undefined || now.quantity === item.quantity),
    })
    return row.id
  }

  async #target(
    userId: string,
    { productId, quantity }: Change,
    id?: string,
  ): Promise<{ row: SubscriptionRow; target: ChangeTarget }> {
    const { db, gateway, livemode, maxQuantity } = this.services
    const row = await this.#rows.alive(userId, id)
    const product = await productForSale(db, productId, livemode)
    if (product.type !== 'subscription') throw StripeErrors.PRODUCT_NOT_FOR_SALE()
    const wanted = { price: product.stripePriceId, quantity, metered: product.metered }
    const target = await gateway.call((client) =>
      changeTarget(client, row.stripe_subscription_id, wanted),
    )
    const { item, before } = target
    // More than that may have been agreed on elsewhere, and is kept.
    if ((item.quantity ?? 0) > Math.max(maxQuantity, before.quantity ?? 0))
      throw StripeErrors.QUANTITY_TOO_HIGH({ most: maxQuantity })
    return { row, target }
  }
}
