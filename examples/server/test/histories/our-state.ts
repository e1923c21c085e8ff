import { settledOr } from './stripe-state.js'
import { byId, type BillingState, type SubscriptionView } from './state.js'
import type { World } from './world.js'

type Row = Record<string, string> & {
  items: { priceId: string; productId: string; quantity: number | null }[]
  cancel_at_period_end: boolean
}

/** What our tables say, in the same form as {@link stripeState}. */
export async function ourState(world: World): Promise<BillingState> {
  const table = (name: string, condition = 'true') =>
    world.rows<Row>(`SELECT * FROM ${name} WHERE ${condition}`)
  const unpaid = await unpaidCharges(world)
  return {
    customers: Object.fromEntries(
      (await table('users')).map(({ id, stripe_customer_id: customer }) => [
        String(id),
        customer ?? null,
      ]),
    ),
    subscriptions: byId(
      await table('subscriptions'),
      ({ stripe_subscription_id: id }) => id ?? '',
      subscription,
    ),
    invoices: byId(
      await table('invoices'),
      ({ stripe_invoice_id: id }) => id ?? '',
      (row) => ({
        user: row.user_id,
        subscription: row.stripe_subscription_id,
        status: row.status,
        currency: row.currency,
        due: Number(row.amount_due),
        paid: Number(row.amount_paid),
        number: row.number,
      }),
    ),
    charges: byId(
      (await table('charges')).filter((row) => !unpaid.has(row.stripe_charge_id ?? '')),
      ({ stripe_charge_id: id }) => id ?? '',
      (row) => ({
        user: row.user_id,
        payment: row.payment,
        amount: Number(row.amount),
        refunded: Number(row.amount_refunded),
      }),
    ),
    refunds: byId(
      await table('refunds'),
      ({ stripe_refund_id: id }) => id ?? '',
      ({ user_id: user, status, amount }) => ({ user, status, amount: Number(amount) }),
    ),
    disputes: byId(
      await table('disputes'),
      ({ stripe_dispute_id: id }) => id ?? '',
      ({ user_id: user, status, amount }) => ({ user, status, amount: Number(amount) }),
    ),
    creditNotes: byId(
      await table('credit_notes'),
      ({ stripe_credit_note_id: id }) => id ?? '',
      (row) => ({
        user: row.user_id,
        invoice: row.stripe_invoice_id,
        status: row.status,
        amount: Number(row.amount),
      }),
    ),
    purchases: byId(
      await table('purchases'),
      ({ stripe_session_id: id }) => id ?? '',
      ({ user_id: user, status, amount }) => ({ user, status, amount: Number(amount) }),
    ),
    checkouts: byId(
      await table('checkouts', "stripe_session_id IS NOT NULL AND status <> 'expired'"),
      ({ stripe_session_id: id }) => id ?? '',
      ({ user_id: user, status = '', purpose }) => ({
        user,
        status: purpose === 'subscription' ? settledOr(status) : status,
      }),
    ),
    entitlements: await entitlements(world),
  }
}

const seconds = (date: unknown) => (date instanceof Date ? date.getTime() / 1000 : null)

const subscription = (row: Row): SubscriptionView => ({
  user: row.user_id,
  status: row.status ?? '',
  items: row.items.map(({ priceId, productId, quantity }) => ({
    price: priceId,
    product: productId,
    quantity,
  })),
  start: seconds(row.current_period_start),
  end: seconds(row.current_period_end),
  cancelAtPeriodEnd: row.cancel_at_period_end,
  cancelAt: seconds(row.cancel_at),
  canceledAt: seconds(row.canceled_at),
  endedAt: seconds(row.ended_at),
  trialEnd: seconds(row.trial_end),
  latestInvoice: row.latest_invoice ?? null,
})

/** A charge that failed in the end may be known, and may not: nothing depends on it. */
async function unpaidCharges({ parts }: World): Promise<Set<string>> {
  const charges = await parts.stripe.charges
    .list({ limit: 100 })
    .autoPagingToArray({ limit: 10_000 })
  return new Set(charges.filter(({ status }) => status !== 'succeeded').map(({ id }) => id))
}

/** As of Stripe's clock, which is not the machine's here. */
async function entitlements(world: World): Promise<BillingState['entitlements']> {
  const rows = await world.rows<{ user: string; entitlement: string }>(
    `SELECT e.user_id AS user, concat_ws(' ', coalesce(s.stripe_subscription_id, p.stripe_session_id), kind, feature, value)
       AS entitlement
     FROM entitlements e LEFT JOIN subscriptions s ON s.id = source_id LEFT JOIN purchases p ON p.id = source_id
     WHERE valid_until IS NULL OR valid_until > to_timestamp($1)`,
    [world.parts.sandbox.now],
  )
  return Object.fromEntries(
    world.people.map(({ id }) => [
      id,
      rows.flatMap(({ user, entitlement }) => (user === id ? [entitlement] : [])).toSorted(),
    ]),
  )
}
