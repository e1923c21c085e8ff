import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest, noSuch } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import { token } from '../world/ids.js'
import type { Coupon, PromotionCode } from '../world/kinds.js'
import type { Transaction } from '../world/transaction.js'
import { isSameCode, retire } from './redeem.js'

export const couponRoutes = [
  operation<Stripe.CouponCreateParams>('POST /v1/coupons', ({ tx, params }) => {
    const { amount_off, percent_off, currency, duration = 'once' } = params
    if ((amount_off === undefined) === (percent_off === undefined))
      throw invalidRequest('You must pass either `percent_off` or `amount_off`.', 'percent_off')
    if (amount_off !== undefined && !currency)
      throw invalidRequest(
        'You must pass `currency` when passing `amount_off`',
        'currency',
        'parameter_missing',
      )
    if (duration === 'repeating' && !params.duration_in_months)
      throw invalidRequest(
        'You must pass `duration_in_months` for a repeating coupon.',
        'duration_in_months',
      )
    if (params.id !== undefined && tx.peek(params.id))
      throw invalidRequest('Coupon already exists.', 'id', 'resource_already_exists')
    const coupon = tx.add(
      'coupon',
      blank('coupon', {
        id: params.id ?? tx.id('coupon'),
        amount_off: amount_off ?? null,
        created: tx.now,
        currency: currency?.toLowerCase() ?? null,
        duration: duration,
        duration_in_months: params.duration_in_months ?? null,
        max_redemptions: params.max_redemptions ?? null,
        metadata: {},
        name: params.name ?? null,
        percent_off: percent_off ?? null,
        redeem_by: params.redeem_by ?? null,
        valid: true,
        ...(params.applies_to?.products
          ? { applies_to: { products: params.applies_to.products } }
          : {}),
      }),
    )
    mergeMetadata(coupon, params.metadata)
    tx.emit('coupon.created', coupon)
    return coupon
  }),

  operation<Stripe.CouponListParams>('GET /v1/coupons', (call) =>
    listOf(call, 'coupon', { fits: ({ _deleted }) => !_deleted }),
  ),

  operation('GET /v1/coupons/{id}', ({ tx, id }) => existing(tx, id)),

  operation<Stripe.CouponUpdateParams>('POST /v1/coupons/{id}', ({ tx, params, id }) => {
    const coupon = existing(tx, id)
    if (params.name !== undefined) coupon.name = params.name || null
    mergeMetadata(coupon, params.metadata)
    tx.emit('coupon.updated', coupon)
    return coupon
  }),

  operation('DELETE /v1/coupons/{id}', ({ tx, id }) => {
    const coupon = existing(tx, id)
    tx.emit('coupon.deleted', coupon)
    // Those who have it keep it: their discounts still look it up.
    retire(tx, coupon)
    coupon._deleted = true
    return { id, object: 'coupon', deleted: true }
  }),

  operation<Stripe.PromotionCodeCreateParams>('POST /v1/promotion_codes', ({ tx, params }) => {
    const coupon = params.promotion.coupon ?? ''
    if (!tx.get('coupon', coupon, 'promotion[coupon]').valid)
      throw invalidRequest(
        `Coupon ${coupon} is used up or has expired.`,
        'promotion[coupon]',
        'coupon_expired',
      )
    const { code: wanted = token(tx.bytes(), 8).toUpperCase() } = params
    if (tx.find('promotion_code', (it) => it.active && isSameCode(it.code, wanted)).length > 0)
      throw invalidRequest(
        `An active promotion code with \`code: ${wanted}\` already exists.`,
        'code',
        'resource_already_exists',
      )
    const promotion = tx.add(
      'promotion_code',
      blank('promotion_code', {
        id: tx.id('promotion_code'),
        active: params.active ?? true,
        code: wanted,
        created: tx.now,
        customer: params.customer ?? null,
        expires_at: params.expires_at ?? null,
        max_redemptions: params.max_redemptions ?? null,
        metadata: {},
        promotion: { coupon, type: 'coupon' },
        restrictions: {
          first_time_transaction: false,
          minimum_amount: null,
          minimum_amount_currency: null,
        },
      }),
    )
    mergeMetadata(promotion, params.metadata)
    tx.emit('promotion_code.created', promotion)
    return promotion
  }),

  operation<Stripe.PromotionCodeListParams>('GET /v1/promotion_codes', (call) =>
    listOf(call, 'promotion_code', {
      fits: ({ promotion, code }) =>
        [undefined, promotion.coupon].includes(call.params.coupon) &&
        isSameCode(call.params.code ?? code, code),
      handled: ['code', 'coupon'],
    }),
  ),

  operation('GET /v1/promotion_codes/{id}', ({ tx, id }) => tx.get('promotion_code', id)),

  operation<Stripe.PromotionCodeUpdateParams>(
    'POST /v1/promotion_codes/{id}',
    ({ tx, params, id }) => {
      const promotion = tx.get('promotion_code', id)
      if (params.active && !promotion.active) requireLeft(tx, promotion)
      if (params.active !== undefined) promotion.active = params.active
      mergeMetadata(promotion, params.metadata)
      tx.emit('promotion_code.updated', promotion)
      return promotion
    },
  ),
]

/** @throws StripeError where nobody can redeem the code any more. */
function requireLeft(tx: Transaction, code: PromotionCode): void {
  const { valid } = tx.get('coupon', code.promotion.coupon ?? '')
  const left = code.max_redemptions === null || code.times_redeemed < code.max_redemptions
  if (valid && left && (code.expires_at ?? Infinity) > tx.now) return
  throw invalidRequest(
    'This promotion code cannot be reactivated: it, or its coupon, is used up or has expired.',
    'active',
  )
}

/** @throws StripeError resource_missing, also where it was deleted. */
function existing(tx: Transaction, id: string): Coupon {
  const coupon = tx.get('coupon', id)
  if (coupon._deleted) throw noSuch('coupon', id, undefined, 404)
  return coupon
}
