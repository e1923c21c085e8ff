import { messageOf, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { Customers } from '../customers.js'
import { StripeErrors } from '../errors.js'
import { isMissingCustomer, isRefusal, type StripeGateway } from '../gateway.js'
import type { ObjectSync } from '../sync/object-sync.js'
import { CheckoutRows, type CheckoutRow, type NewCheckout } from './checkout-rows.js'
import { createSession } from './create-session.js'
import { productForSale, promotionCodeId, trialDaysFor } from './offer.js'
import type { ReturnUrls } from './return-urls.js'

/** What a user wants to buy. Prices are the catalogue's to say. */
export interface Order {
  /** Our own id of the product. */
  productId: string
  quantity: number
  promotionCode?: string | undefined
  successUrl?: string | undefined
  cancelUrl?: string | undefined
}

export interface CheckoutServices {
  db: Database
  gateway: StripeGateway
  customers: Customers
  sync: ObjectSync
  urls: ReturnUrls
  livemode: boolean
  log: Logger
}

/** Other checkouts of the same user that come in between; more is no accident. */
const TRIES = 5

/** Opens payment pages, and tells what became of them. */
export class CheckoutService {
  readonly #rows: CheckoutRows

  constructor(private readonly services: CheckoutServices) {
    this.#rows = new CheckoutRows(services.db, services.livemode)
  }

  /**
   * Opens a payment page. Asking again answers with the page that is open; asking for something else
   * closes that one first.
   *
   * @throws PRODUCT_NOT_FOR_SALE, PROMOTION_CODE_UNKNOWN, RETURN_URL_FOREIGN, ALREADY_SUBSCRIBED,
   * CHECKOUT_BUSY, or as the gateway does.
   */
  async open(userId: string, order: Order): Promise<{ id: string; url: string }> {
    const wanted = await this.#wanted(userId, order)
    for (let tries = 0; tries < TRIES; tries++) {
      if (wanted.purpose === 'subscription') await this.#refuseSecond(userId)
      const open = await this.#rows.open(userId, wanted.purpose)
      if (!open) await this.#rows.add(wanted)
      else if (open.overdue || !isSame(open, wanted)) await this.#expire(open)
      else {
        const url = open.url ?? (await this.#page(open))
        if (url) return { id: open.id, url }
      }
    }
    throw StripeErrors.CHECKOUT_BUSY()
  }

  /**
   * A checkout of the user's, as Stripe has it now where Stripe can be asked.
   *
   * @throws CHECKOUT_NOT_FOUND, also where it is another user's.
   */
  async find(userId: string, id: string): Promise<CheckoutRow> {
    const row = await this.#rows.find(userId, id)
    if (!row) throw StripeErrors.CHECKOUT_NOT_FOUND()
    const unsettled = row.status === 'open' || row.status === 'pending'
    if (!unsettled || !row.stripe_session_id || !this.services.gateway.isConfigured) return row
    try {
      await this.services.sync.syncNow('checkout.session', row.stripe_session_id)
    } catch (error) {
      this.services.log.warn(
        { checkoutId: id, reason: messageOf(error) },
        'a checkout is shown as it was known last',
      )
    }
    return (await this.#rows.find(userId, id)) ?? row
  }

  async #wanted(userId: string, order: Order): Promise<NewCheckout> {
    const { db, gateway, urls, livemode } = this.services
    const product = await productForSale(db, order.productId, livemode)
    const successUrl = urls.choose(order.successUrl, '/billing/success')
    const cancelUrl = urls.choose(order.cancelUrl, '/billing/cancelled')
    const purpose = product.type === 'subscription' ? 'subscription' : 'payment'
    return {
      userId,
      purpose,
      productId: product.id,
      quantity: order.quantity,
      request: {
        priceId: product.stripePriceId,
        quantity: product.metered ? null : order.quantity,
        trialDays:
          purpose === 'subscription' ? await trialDaysFor(db, userId, product, livemode) : 0,
        promotionCodeId: order.promotionCode
          ? await promotionCodeId(gateway, order.promotionCode)
          : null,
        successUrl: successUrl.href,
        cancelUrl: cancelUrl.href,
      },
    }
  }

  /** @throws ALREADY_SUBSCRIBED where a subscription is alive, or paid for and on its way. */
  async #refuseSecond(userId: string): Promise<void> {
    const { db, sync, livemode } = this.services
    // It may go on charging.
    const missing = await db.query<{ id: string }>(
      `SELECT stripe_subscription_id AS id FROM subscriptions
       WHERE user_id = $1 AND livemode = $2 AND is_missing`,
      [userId, livemode],
    )
    for (const { id } of missing) await sync.syncNow('subscription', id)
    const alive = await db.query(
      `SELECT 1 FROM subscriptions
       WHERE user_id = $1 AND livemode = $2 AND status NOT IN ('canceled', 'incomplete_expired', 'incomplete')
       UNION ALL
       SELECT 1 FROM checkouts
       WHERE user_id = $1 AND livemode = $2 AND purpose = 'subscription' AND status = 'pending'
       UNION ALL
       SELECT 1 FROM checkouts LEFT JOIN subscriptions USING (stripe_subscription_id)
       WHERE checkouts.user_id = $1 AND checkouts.livemode = $2 AND checkouts.status = 'fulfilled'
         AND stripe_subscription_id IS NOT NULL AND subscriptions.id IS NULL`,
      [userId, livemode],
    )
    if (alive.length > 0) throw StripeErrors.ALREADY_SUBSCRIBED()
  }

  /** The page of an open checkout; nothing where it was closed meanwhile. */
  async #page(row: CheckoutRow): Promise<string | undefined> {
    const { gateway, customers, sync } = this.services
    const customer = await customers.ensure(row.user_id)
    try {
      const session = await createSession(gateway, row, customer)
      if (await this.#rows.opened(row.id, session)) return session.url
      await this.#expireSession(session.id)
      return undefined
    } catch (error) {
      // Stripe has said no for good: the next click begins anew, under another key.
      if (isRefusal(error)) await this.#rows.close(row.id, 'failed')
      if (!isMissingCustomer(error)) throw error
      // It was deleted at Stripe, and no webhook has said so yet.
      await sync.syncNow('customer', customer)
      return undefined
    }
  }

  async #expire(row: CheckoutRow): Promise<void> {
    if (row.stripe_session_id) await this.#expireSession(row.stripe_session_id)
    else await this.#rows.close(row.id, 'expired')
  }

  /** Closes a page. Where it was completed before that, we learn that here. */
  async #expireSession(sessionId: string): Promise<void> {
    const { gateway, sync } = this.services
    try {
      await gateway.call((client) => client.checkout.sessions.expire(sessionId))
    } catch (error) {
      if (!isRefusal(error)) throw error
    }
    await sync.syncNow('checkout.session', sessionId)
  }
}

const isSame = (row: CheckoutRow, wanted: NewCheckout) =>
  row.product_id === wanted.productId &&
  row.quantity === wanted.quantity &&
  row.request.promotionCodeId === wanted.request.promotionCodeId
