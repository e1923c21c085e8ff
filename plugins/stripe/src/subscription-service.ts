import { messageOf, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type Stripe from 'stripe'
import { productForSale } from './checkout/offer.js'
import { StripeErrors } from './errors.js'
import type { StripeGateway } from './gateway.js'
import type { Intents } from './intents.js'
import type { StoredItem } from './objects/subscription-item.js'
import { previewChange, type Preview } from './preview-change.js'
import type { ObjectSync } from './sync/object-sync.js'

export interface SubscriptionServices {
  db: Database
  gateway: StripeGateway
  intents: Intents
  sync: ObjectSync
  livemode: boolean
  log: Logger
}

/** Another plan, or another quantity of the same. */
export interface Change {
  productId: string
  quantity: number
  /** Seconds since the epoch, from a preview: what it showed is then what is charged. */
  prorationDate?: number | undefined
}

interface Row {
  id: string
  stripe_subscription_id: string
  status: string
  cancel_at: Date | null
  cancel_at_period_end: boolean
  items: StoredItem[]
}

const OVER = ['canceled', 'incomplete_expired']

/** What users do with their subscriptions. What Stripe makes of it is in our tables before we return. */
export class SubscriptionService {
  constructor(private readonly services: SubscriptionServices) {}

  /** @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_OVER, or as the gateway does. */
  async cancel(userId: string, when: 'period_end' | 'now', id?: string): Promise<void> {
    const { stripe_subscription_id: sub } = await this.#alive(userId, id)
    await this.#change(`cancel:${sub}:${when}`, { when }, sub, (client, options) =>
      when === 'now'
        ? client.subscriptions.cancel(sub, {}, options)
        : client.subscriptions.update(sub, { cancel_at_period_end: true }, options),
    )
  }

  /**
   * Takes a scheduled end back, or goes on with a subscription that is paused.
   *
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_OVER, or as the gateway does.
   */
  async resume(userId: string, id?: string): Promise<void> {
    const row = await this.#alive(userId, id)
    const sub = row.stripe_subscription_id
    // The portal schedules an end by its date alone.
    const parameters: Stripe.SubscriptionUpdateParams =
      row.cancel_at && !row.cancel_at_period_end
        ? { cancel_at: '' }
        : { cancel_at_period_end: false }
    await this.#change(`resume:${sub}`, parameters, sub, (client, options) =>
      row.status === 'paused'
        ? client.subscriptions.resume(sub, {}, options)
        : client.subscriptions.update(sub, parameters, options),
    )
  }

  /** @throws as {@link change} does. */
  async preview(userId: string, change: Change, id?: string): Promise<Preview> {
    const { sub, item } = await this.#target(userId, change, id)
    return this.services.gateway.call((client) =>
      previewChange(client, sub, item, change.prorationDate),
    )
  }

  /**
   * Changes the plan or its quantity. What is due for the rest of the period is charged at once; where that
   * fails, nothing is changed.
   *
   * @throws SUBSCRIPTION_NOT_FOUND, SUBSCRIPTION_OVER, SUBSCRIPTION_MIXED, PRODUCT_NOT_FOR_SALE,
   * CARD_DECLINED, or as the gateway does.
   */
  async change(userId: string, change: Change, id?: string): Promise<void> {
    const { sub, item } = await this.#target(userId, change, id)
    const parameters: Stripe.SubscriptionUpdateParams = {
      items: [item],
      proration_behavior: 'always_invoice',
      payment_behavior: 'error_if_incomplete',
      ...(change.prorationDate === undefined ? {} : { proration_date: change.prorationDate }),
    }
    await this.#change(`change:${sub}`, parameters, sub, (client, options) =>
      client.subscriptions.update(sub, parameters, options),
    )
  }

  async #change(
    intent: string,
    request: object,
    sub: string,
    call: (client: Stripe, options: Stripe.RequestOptions) => Promise<unknown>,
  ): Promise<void> {
    const { gateway, intents, sync, log } = this.services
    await intents.run(intent, request, (options) => gateway.call((client) => call(client, options)))
    try {
      await sync.syncNow('subscription', sub)
    } catch (error) {
      // The change is made. That Stripe is busy now is no reason to say that it is not.
      log.warn(
        { subscription: sub, reason: messageOf(error) },
        'a changed subscription is known when its webhook comes',
      )
    }
  }

  async #target(userId: string, { productId, quantity }: Change, id?: string) {
    const { db, livemode } = this.services
    const row = await this.#alive(userId, id)
    const product = await productForSale(db, productId, livemode)
    if (product.type !== 'subscription') throw StripeErrors.PRODUCT_NOT_FOR_SALE()
    const [only, ...others] = row.items
    if (!only || others.length > 0) throw StripeErrors.SUBSCRIPTION_MIXED()
    const item = {
      id: only.id,
      price: product.stripePriceId,
      ...(product.metered ? {} : { quantity }),
    }
    return { sub: row.stripe_subscription_id, item }
  }

  /** The subscription asked for, or else the user's current or newest one. */
  async #alive(userId: string, id?: string): Promise<Row> {
    const { db, livemode } = this.services
    const [row] = await db.query<Row>(
      `SELECT s.* FROM subscriptions s JOIN users u ON u.id = s.user_id
       WHERE s.user_id = $1 AND s.livemode = $2 AND ($3::uuid IS NULL OR s.id = $3)
       ORDER BY s.id = u.current_subscription_id DESC NULLS LAST, s.status = ANY($4), s.created_at DESC LIMIT 1`,
      [userId, livemode, id ?? null, OVER],
    )
    if (!row) throw StripeErrors.SUBSCRIPTION_NOT_FOUND()
    if (OVER.includes(row.status)) throw StripeErrors.SUBSCRIPTION_OVER()
    return row
  }
}
