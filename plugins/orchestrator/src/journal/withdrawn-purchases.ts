import type { Transaction } from '@titanforge/core'

/** Writes down that a purchase starts nothing any more. The customer is locked. */
export async function withdraw(tx: Transaction, purchaseId: string): Promise<void> {
  await tx.query(
    'INSERT INTO withdrawn_purchases (purchase_id) VALUES ($1) ON CONFLICT DO NOTHING',
    [purchaseId],
  )
}

export async function isWithdrawn(tx: Transaction, purchaseId: string): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM withdrawn_purchases WHERE purchase_id = $1', [
    purchaseId,
  ])
  return rows.length === 1
}
