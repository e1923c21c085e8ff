import type { Connection } from './connection.js'
import type { Recording } from './recording.js'

type Money = Record<string, number>

interface AccountView {
  customer: string | null
  customer_deleted: boolean
  entitled: boolean
  mrr: Money
  collected: Money
  refunded: Money
  subscriptions: Record<string, SubscriptionView>
  purchases: Record<string, object>
  disputes: Record<string, object>
  features: string[]
}

/** The database's state, in the form of the recordings' expectations. */
export interface SystemState {
  accounts: Record<string, AccountView>
  /** Subscriptions that belong to nobody known. */
  strangers: string[]
}

/** Reads what the system makes of each account, from the tables that its plugins answer from. */
export async function readState(
  db: Connection,
  { config, asOf }: Pick<Recording, 'config' | 'asOf'>,
): Promise<SystemState> {
  const accounts: SystemState['accounts'] = {}
  for (const { account, customer } of config.accounts) {
    const [user] = await db.query<{ id: string; stripe_customer_id: string | null }>(
      'SELECT id, stripe_customer_id FROM users JOIN customer_references r ON r.user_id = users.id WHERE r.reference = $1',
      [account],
    )
    if (!user) throw new Error(`no user for ${account}`)
    const subscriptions = await subscriptionsOf(db, user.id, asOf)
    accounts[account] = {
      customer: user.stripe_customer_id ?? customer,
      customer_deleted: customer !== null && user.stripe_customer_id === null,
      entitled: Object.values(subscriptions).some((subscription) => subscription.entitled),
      mrr: sum(Object.values(subscriptions).map((subscription) => subscription.mrr)),
      collected: await collectedOf(db, user.id),
      refunded: await refundedOf(db, user.id),
      subscriptions,
      purchases: await purchasesOf(db, user.id),
      disputes: await disputesOf(db, user.id),
      features: await featuresOf(db, user.id),
    }
  }
  const strangers = await db.query<{ id: string }>(
    'SELECT stripe_subscription_id AS id FROM subscriptions WHERE user_id IS NULL ORDER BY id',
  )
  return { accounts, strangers: strangers.map(({ id }) => id) }
}

async function purchasesOf(db: Connection, userId: string) {
  const rows = await db.query<{
    stripe_session_id: string
    status: string
    amount: string
    currency: string
    payment: string | null
    refunded: string
  }>(
    `SELECT p.*, (SELECT coalesce(sum(amount_refunded), 0) FROM charges c WHERE c.payment = p.payment) AS refunded
     FROM purchases p WHERE user_id = $1`,
    [userId],
  )
  return Object.fromEntries(
    rows.map((row) => [
      row.stripe_session_id,
      {
        status: row.status,
        amount_total: Number(row.amount),
        currency: row.currency,
        payment_intent: row.payment,
        amount_refunded: Number(row.refunded),
        fully_refunded: Number(row.refunded) > 0 && row.refunded === row.amount,
      },
    ]),
  )
}

async function disputesOf(db: Connection, userId: string) {
  const rows = await db.query<{
    stripe_dispute_id: string
    status: string
    amount: string
    currency: string
  }>('SELECT * FROM disputes WHERE user_id = $1', [userId])
  return Object.fromEntries(
    rows.map(({ stripe_dispute_id: id, status, amount, currency }) => [
      id,
      { status, amount: Number(amount), currency },
    ]),
  )
}

async function featuresOf(db: Connection, userId: string): Promise<string[]> {
  const rows = await db.query<{ feature: string }>(
    "SELECT DISTINCT feature FROM entitlements WHERE user_id = $1 AND kind = 'feature' ORDER BY feature",
    [userId],
  )
  return rows.map(({ feature }) => feature)
}

interface SubscriptionView {
  status: string
  current_period_start: number | null
  current_period_end: number | null
  cancel_at_period_end: boolean
  cancel_at: number | null
  canceled_at: number | null
  ended_at: number | null
  trial_end: number | null
  scheduled_end: number | null
  latest_invoice: string | null
  items: { price: string; product: string; quantity: number | null }[]
  entitled: boolean
  mrr: Money
}

interface SubscriptionRow {
  id: string
  stripe_subscription_id: string
  status: string
  current_period_start: Date | null
  current_period_end: Date | null
  cancel_at_period_end: boolean
  cancel_at: Date | null
  canceled_at: Date | null
  ended_at: Date | null
  trial_end: Date | null
  latest_invoice: string | null
  items: { priceId: string; productId: string; quantity: number | null }[]
  state: { scheduledEnd: string | null }
  entitled: boolean
  currency: string | null
  amount: string | null
}

async function subscriptionsOf(db: Connection, userId: string, asOf: number) {
  const rows = await db.query<SubscriptionRow>(
    `SELECT s.*, m.currency, m.amount, EXISTS (
       SELECT 1 FROM entitlements e WHERE e.source_id = s.id AND e.kind = 'plan'
         AND (e.valid_until IS NULL OR e.valid_until > to_timestamp($2))
     ) AS entitled
     FROM subscriptions s
     LEFT JOIN LATERAL (
       SELECT currency, amount FROM mrr_changes
       WHERE subscription_id = s.id AND revision = s.revision AND at <= to_timestamp($2)
       ORDER BY step DESC LIMIT 1
     ) m ON true
     WHERE s.user_id = $1`,
    [userId, asOf],
  )
  return Object.fromEntries(rows.map((row) => [row.stripe_subscription_id, viewOf(row)]))
}

function viewOf(row: SubscriptionRow): SubscriptionView {
  return {
    status: row.status,
    current_period_start: seconds(row.current_period_start),
    current_period_end: seconds(row.current_period_end),
    cancel_at_period_end: row.cancel_at_period_end,
    cancel_at: seconds(row.cancel_at),
    canceled_at: seconds(row.canceled_at),
    ended_at: seconds(row.ended_at),
    trial_end: seconds(row.trial_end),
    latest_invoice: row.latest_invoice,
    scheduled_end:
      row.state.scheduledEnd === null ? null : seconds(new Date(row.state.scheduledEnd)),
    items: row.items.map(({ priceId, productId, quantity }) => ({
      price: priceId,
      product: productId,
      quantity,
    })),
    entitled: row.entitled,
    mrr: row.currency && Number(row.amount) > 0 ? { [row.currency]: Number(row.amount) } : {},
  }
}

/** Paid invoices and paid purchases; a purchase that has an invoice is paid by it. */
async function collectedOf(db: Connection, userId: string): Promise<Money> {
  return byCurrency(
    await db.query(
      `SELECT currency, sum(amount) AS amount FROM (
         SELECT currency, amount_paid AS amount FROM invoices WHERE user_id = $1 AND status = 'paid'
         UNION ALL
         SELECT currency, amount FROM purchases WHERE user_id = $1 AND status = 'paid' AND stripe_invoice_id IS NULL
       ) AS paid GROUP BY currency`,
      [userId],
    ),
  )
}

async function refundedOf(db: Connection, userId: string): Promise<Money> {
  return byCurrency(
    await db.query(
      'SELECT currency, sum(amount_refunded) AS amount FROM charges WHERE user_id = $1 GROUP BY currency',
      [userId],
    ),
  )
}

const byCurrency = (rows: { currency: string; amount: string }[]): Money =>
  Object.fromEntries(
    rows
      .filter(({ amount }) => Number(amount) > 0)
      .map(({ currency, amount }) => [currency, Number(amount)]),
  )

const seconds = (date: Date | null) => (date === null ? null : date.getTime() / 1000)

function sum(amounts: readonly Money[]): Money {
  const total: Money = {}
  for (const [currency, amount] of amounts.flatMap((money) => Object.entries(money))) {
    total[currency] = (total[currency] ?? 0) + amount
  }
  return total
}
