import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { announcePurchases, type PurchasedItem } from '../announce/purchases.js'
import { settlePayment } from '../announce/settle-payment.js'
import { followCheckout, itemsOfCheckout } from '../checkout/follow-checkout.js'
import { resolveUser } from '../customer-link.js'
import { lockPayment, shareProducts } from '../locks.js'
import type { Applying, ObjectRule } from './object-rule.js'
import { ACCOUNT_KEY, metadata, reference, statusOf } from './reading.js'

const session = z.object({
  id: z.string(),
  mode: z.string(),
  status: z.string().nullish(),
  payment_status: z.string(),
  customer: reference,
  client_reference_id: z.string().nullish(),
  payment_intent: reference,
  invoice: reference,
  subscription: reference,
  amount_total: z.number().int().nullish(),
  currency: z.string().length(3).nullish(),
  livemode: z.boolean().default(false),
  created: z.number().nullish(),
  // Only where they were fetched.
  line_items: z
    .object({
      data: z.array(
        z.object({
          quantity: z.number().int().nullish(),
          price: z.object({ id: z.string(), product: reference.pipe(z.string()) }).nullish(),
        }),
      ),
    })
    .nullish(),
  metadata,
})
type Session = z.infer<typeof session>

/** A Checkout Session says which user a Stripe customer is, and whether what was chosen is paid. */
export const checkoutSessionRule: ObjectRule = {
  apply: (applying, object) =>
    follow(applying, parse(session, object, 'Stripe Checkout Session'), hasFailed(object)),
  // Stripe deletes no sessions.
  async remove() {},
  // That a delayed payment has failed stands in no field of the session itself.
  async witness(applying, { type, data }) {
    if (type !== 'checkout.session.async_payment_failed') return
    await follow(applying, parse(session, data.object, 'Stripe Checkout Session'), true)
  },
}

/**
 * Whether a session's delayed payment has come to nothing: what was to pay is asked for another way of
 * payment, or is over.
 *
 * @see https://docs.stripe.com/payments/paymentintents/lifecycle
 */
function hasFailed(object: unknown): boolean {
  const { status, payment_status, payment_intent, subscription } = object as Record<string, unknown>
  if (status !== 'complete' || payment_status !== 'unpaid') return false
  return (
    ['requires_payment_method', 'canceled'].some((it) => it === statusOf(payment_intent)) ||
    ['incomplete_expired', 'canceled'].some((it) => it === statusOf(subscription))
  )
}

type Outcome = 'open' | 'pending' | 'paid' | 'failed' | 'expired'

function outcomeOf({ status, payment_status }: Session, failed: boolean): Outcome {
  if (failed) return 'failed'
  if (status === 'expired') return 'expired'
  if (status === 'open') return 'open'
  const isComplete = status == null || status === 'complete'
  return isComplete && PAID.includes(payment_status) ? 'paid' : 'pending'
}

const PAID = ['paid', 'no_payment_required']
const STATUSES = ['open', 'complete', 'expired']

/** A word that is not known is no money yet. Where it means some, somebody has to see to it. */
function alertOfUnknown({ alert }: Applying, { id, status, payment_status }: Session): void {
  const known =
    (status == null || STATUSES.includes(status)) && [...PAID, 'unpaid'].includes(payment_status)
  if (!known)
    alert('a Checkout Session has a status that is not known; it counts as unpaid', {
      session: id,
      status,
      payment_status,
    })
}

async function follow(applying: Applying, it: Session, failed: boolean): Promise<void> {
  const { tx } = applying
  const references = [it.client_reference_id, it.metadata[ACCOUNT_KEY]]
  const userId = await resolveUser(applying, it.customer, ...references)
  alertOfUnknown(applying, it)
  const outcome = outcomeOf(it, failed)
  await followCheckout(
    tx,
    {
      sessionId: it.id,
      checkoutId: it.metadata.checkout_id,
      userId,
      subscriptionId: it.subscription,
    },
    outcome,
  )
  if (it.mode !== 'payment' || outcome === 'open') return
  const items = await itemsOf(applying, it)
  if (it.payment_intent) await lockPayment(tx, it.payment_intent)
  await shareProducts(
    tx,
    items.map(({ productId }) => productId),
  )
  await tx.query(WRITE, [
    uuidv7(),
    it.id,
    it.customer,
    it.payment_intent,
    it.invoice,
    userId ?? null,
    outcome,
    it.currency ?? 'usd',
    it.amount_total ?? 0,
    JSON.stringify(items),
    it.livemode,
    it.created == null ? applying.occurredAt : new Date(it.created * 1000),
    outcome === 'paid' ? applying.occurredAt : null,
  ])
  if (it.payment_intent) await settlePayment(applying, it.payment_intent)
  await announcePurchases(applying, { stripeSessionId: it.id })
}

// expired < pending < failed < paid, whatever order they are heard of in.
const RANK = (status: string) =>
  `array_position(ARRAY['expired', 'pending', 'failed', 'paid'], ${status})`

const WRITE = `
  INSERT INTO purchases (id, stripe_session_id, stripe_customer_id, payment, stripe_invoice_id, user_id, status, currency,
    amount, items, livemode, created_at, paid_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
  ON CONFLICT (stripe_session_id) DO UPDATE SET user_id = coalesce(purchases.user_id, excluded.user_id),
    stripe_customer_id = coalesce(purchases.stripe_customer_id, excluded.stripe_customer_id),
    payment = coalesce(excluded.payment, purchases.payment),
    stripe_invoice_id = coalesce(excluded.stripe_invoice_id, purchases.stripe_invoice_id),
    items = CASE WHEN jsonb_array_length(purchases.items) > 0 THEN purchases.items ELSE excluded.items END,
    paid_at = least(purchases.paid_at, excluded.paid_at),
    status = CASE WHEN ${RANK('excluded.status')} > ${RANK('purchases.status')}
             THEN excluded.status ELSE purchases.status END`

/** What was bought: as the session lists it, or as we asked for it. Its events do not say. */
async function itemsOf({ tx }: Applying, it: Session): Promise<PurchasedItem[]> {
  const listed = it.line_items?.data.flatMap(({ quantity, price }) =>
    price ? [{ priceId: price.id, productId: price.product, quantity: quantity ?? 1 }] : [],
  )
  return listed?.length ? listed : itemsOfCheckout(tx, it.id, it.metadata.checkout_id)
}
