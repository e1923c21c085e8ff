import { catalogueOf } from '../catalogue/entries.js'
import { paymentFailed, paymentSucceeded, purchaseCompleted } from '../contract.js'
import type { Applying } from '../objects/object-rule.js'

/** What was bought, as it is kept in `purchases.items`. */
export interface PurchasedItem {
  priceId: string
  productId: string
  quantity: number
}

interface Row {
  id: string
  user_id: string
  stripe_session_id: string
  stripe_invoice_id: string | null
  status: 'paid' | 'failed'
  amount: string
  currency: string
  items: PurchasedItem[]
  announced: boolean
  paid_at: Date | null
}

type Which =
  { stripeSessionId: string } | { stripeCustomerId: string } | { stripeProductId: string }

/**
 * Publishes what became of each purchase of a known user, once. That it is complete is published when the
 * catalogue knows all that was bought, because it tells what is granted. Call it with the products shared or
 * locked.
 */
export async function announcePurchases(applying: Applying, which: Which): Promise<void> {
  const rows = await settled(applying, which)
  for (const row of rows) {
    if (row.status === 'failed') await announceFailure(applying, row)
    else await announcePaid(applying, row)
  }
}

function settled({ tx }: Applying, which: Which): Promise<Row[]> {
  const [condition, value] =
    'stripeSessionId' in which
      ? ['stripe_session_id = $1', which.stripeSessionId]
      : 'stripeCustomerId' in which
        ? ['stripe_customer_id = $1', which.stripeCustomerId]
        : [
            'NOT announced AND items @> $1::jsonb',
            JSON.stringify([{ productId: which.stripeProductId }]),
          ]
  return tx.query<Row>(
    `SELECT * FROM purchases WHERE ${condition} AND user_id IS NOT NULL AND status IN ('paid', 'failed')
     ORDER BY id FOR UPDATE`,
    [value],
  )
}

async function announceFailure({ publish, occurredAt }: Applying, row: Row): Promise<void> {
  await publish(
    paymentFailed,
    {
      ...paymentOf(row),
      attempt: 1,
      failedAt: occurredAt.toISOString(),
      nextAttemptAt: null,
      payUrl: null,
    },
    `payment_failed:${row.stripe_session_id}`,
  )
}

async function announcePaid(applying: Applying, row: Row): Promise<void> {
  const { tx, publish, occurredAt } = applying
  const paidAt = (row.paid_at ?? occurredAt).toISOString()
  // Where there is an invoice as well, that is what was paid.
  if (row.stripe_invoice_id === null && Number(row.amount) > 0)
    await publish(
      paymentSucceeded,
      { ...paymentOf(row), paidAt },
      `payment_succeeded:${row.stripe_session_id}`,
    )
  if (row.announced) return
  const catalogue = await catalogueOf(
    tx,
    row.items.map(({ priceId }) => priceId),
  )
  const items = row.items.flatMap(({ priceId, quantity }) => {
    const entry = catalogue.get(priceId)
    return entry ? [{ priceId, quantity, ...entry }] : []
  })
  if (items.length < row.items.length) return
  await tx.query('UPDATE purchases SET announced = true WHERE id = $1', [row.id])
  await publish(purchaseCompleted, {
    userId: row.user_id,
    purchaseId: row.id,
    amount: Number(row.amount),
    currency: row.currency,
    items,
    purchasedAt: paidAt,
  })
}

const paymentOf = (row: Row) => ({
  userId: row.user_id,
  kind: 'purchase' as const,
  paymentId: row.stripe_session_id,
  amount: Number(row.amount),
  currency: row.currency,
})
