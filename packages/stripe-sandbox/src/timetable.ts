import { afterPayment } from './billing/after-payment.js'
import { retire } from './catalogue/redeem.js'
import { expireSession } from './checkout/expire-session.js'
import { collect } from './invoices/collect.js'
import { finalize } from './invoices/finalize.js'
import { settleIntent } from './payments/payment-intent.js'
import { actOnSubscription, subscriptionDueAt } from './subscriptions/due.js'
import type {
  AnyRecord,
  CheckoutSession,
  Coupon,
  Invoice,
  PaymentIntent,
  PromotionCode,
  Subscription,
} from './world/kinds.js'
import type { IdempotentAnswer } from './world/hidden.js'
import type { Transaction } from './world/transaction.js'
import type { Timetable } from './world/world.js'

/** How long an idempotency key is remembered, in seconds. */
const KEY_LIVES_FOR = 86_400

/** One kind's part of the timetable. */
interface Entry<Kept> {
  dueAt(record: Kept): number | null
  act(tx: Transaction, record: Kept): void
}

const invoice: Entry<Invoice> = {
  dueAt: ({ status, auto_advance, automatically_finalizes_at: at, next_payment_attempt: next }) => {
    if (status === 'draft' && auto_advance) return at
    return status === 'open' ? next : null
  },
  act(tx, invoice) {
    if (invoice.status === 'draft') finalize(tx, invoice)
    if (invoice.collection_method === 'send_invoice' && invoice.amount_due > 0) return
    invoice.next_payment_attempt = null
    collect(tx, invoice)
  },
}

const session: Entry<CheckoutSession> = {
  dueAt: ({ status, expires_at }) => (status === 'open' ? expires_at : null),
  act: expireSession,
}

const intent: Entry<PaymentIntent> = {
  dueAt: ({ _settles_at }) => _settles_at ?? null,
  act(tx, intent) {
    settleIntent(tx, intent)
    afterPayment(tx, intent)
  },
}

const coupon: Entry<Coupon> = {
  dueAt: ({ valid, redeem_by }) => (valid ? redeem_by : null),
  act: retire,
}

const promotion: Entry<PromotionCode> = {
  dueAt: ({ active, expires_at }) => (active ? expires_at : null),
  act: (_tx, code) => {
    code.active = false
  },
}

const subscription: Entry<Subscription> = { dueAt: subscriptionDueAt, act: actOnSubscription }

const idempotency: Entry<IdempotentAnswer> = {
  dueAt: ({ created }) => created + KEY_LIVES_FOR,
  act: (tx, { id }) => tx.remove(id),
}

const ENTRIES: Record<string, Entry<never>> = {
  'checkout.session': session,
  coupon,
  invoice,
  payment_intent: intent,
  promotion_code: promotion,
  'sandbox.idempotency': idempotency,
  subscription,
}

/** Everything that happens by itself: renewals, dunning, trials, scheduled ends, expiries, bank debits. */
export const timetable: Timetable = {
  dueAt: (record: AnyRecord) => ENTRIES[record.object]?.dueAt(record as never) ?? null,
  act: (tx, record) => ENTRIES[record.object]?.act(tx, record as never),
}
