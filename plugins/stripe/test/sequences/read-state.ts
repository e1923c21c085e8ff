import type { Connection } from './connection.js'
import type { SequenceConfig } from './prepare.js'

type Money = Record<string, number>

interface SubscriptionView {
  status: string
  current_period_start: number | null
  current_period_end: number | null
  cancel_at_period_end: boolean
  scheduled_end: number | null
  items: { price: string; product: string; quantity: number | null }[]
  entitled: boolean
  mrr: Money
}

interface AccountView {
  entitled: boolean
  customer_deleted: boolean
  mrr: Money
  collected: Money
  refunded: Money
  subscriptions: Record<string, SubscriptionView>
  purchases: Record<string, never>
  disputes: Record<string, never>
}

export interface SystemState {
  accounts: Record<string, AccountView>
}

/** Reads each account's state from the database, in the form of the sequences' expectations. */
export async function readState(
  db: Connection,
  config: SequenceConfig,
  asOf: number,
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
      entitled: Object.values(subscriptions).some((subscription) => subscription.entitled),
      customer_deleted: customer !== null && user.stripe_customer_id === null,
      mrr: sum(Object.values(subscriptions).map((subscription) => subscription.mrr)),
      collected: await collectedOf(db, user.id),
      refunded: await refundedOf(db, user.id),
      // One-time purchases and disputes are not kept yet; the sequences here have none.
      subscriptions,
      purchases: {},
      disputes: {},
    }
  }
  return { accounts }
}

interface SubscriptionRow {
  id: string
  stripe_subscription_id: string
  status: string
  current_period_start: Date | null
  current_period_end: Date | null
  cancel_at_period_end: boolean
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
     LEFT JOIN mrr_changes m ON m.subscription_id = s.id AND m.revision = s.revision
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

async function collectedOf(db: Connection, userId: string): Promise<Money> {
  return byCurrency(
    await db.query(
      "SELECT currency, sum(amount_paid) AS amount FROM invoices WHERE user_id = $1 AND status = 'paid' GROUP BY currency",
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
