import type { EventBus, Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { scheduledEnd } from './access.js'
import { CHARGING_FIRST } from './charging-first.js'
import { usageRecorded, type Billing, type SubscriptionSummary, type Usage } from './contract.js'

interface Row {
  id: string
  product_id: string | null
  plan: string | null
  status: string
  current_period_start: Date | null
  current_period_end: Date | null
  cancel_at_period_end: boolean
  cancel_at: Date | null
}

export class BillingService implements Billing {
  constructor(
    private readonly db: Database,
    private readonly bus: EventBus,
    private readonly livemode: boolean,
  ) {}

  async subscriptionsOf(userId: string): Promise<SubscriptionSummary[]> {
    const rows = await this.db.query<Row>(
      `SELECT s.id, s.product_id, p.name AS plan, s.status, s.current_period_start, s.current_period_end, s.cancel_at_period_end, s.cancel_at
       FROM subscriptions s LEFT JOIN products p ON p.id = s.product_id
       WHERE s.user_id = $1 AND s.livemode = $2 ORDER BY ${CHARGING_FIRST}`,
      [userId, this.livemode],
    )
    return rows.map((row) => {
      const {
        id,
        product_id: productId,
        plan,
        status,
        current_period_start: currentPeriodStart,
        current_period_end: currentPeriodEnd,
      } = row
      const cancelAtPeriodEnd = row.cancel_at_period_end
      const end = scheduledEnd({
        status,
        cancelAt: row.cancel_at,
        cancelAtPeriodEnd,
        currentPeriodEnd,
      })
      return {
        id,
        productId,
        plan,
        status,
        currentPeriodStart,
        currentPeriodEnd,
        cancelAtPeriodEnd,
        scheduledEnd: end,
      }
    })
  }

  async linkReference(tx: Transaction, userId: string, reference: string): Promise<void> {
    await tx.query(
      `INSERT INTO customer_references (reference, user_id) VALUES ($1, $2)
       ON CONFLICT (reference) DO UPDATE SET user_id = excluded.user_id`,
      [reference, userId],
    )
  }

  async recordUsage(tx: Transaction, usage: Usage, id?: string): Promise<void> {
    const unique = id === undefined ? {} : { source: 'billing.usage', externalId: id }
    await this.bus.publish(tx, usageRecorded, usage, unique)
  }
}
