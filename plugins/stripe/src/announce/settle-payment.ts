import type { Transaction } from '@titanforge/core'
import { disputeClosed, disputeOpened, purchaseReversed, refunded } from '../contract.js'
import { lockPayment } from '../locks.js'
import type { Applying } from '../objects/object-rule.js'

/**
 * Brings together what belongs to one payment: its charge, refunds, disputes and purchase come in any
 * order, and some of them do not say whose they are. Each is given to the user whom one of them is known
 * to belong to, and what a known user has not been told of is published.
 *
 * Call it after any of them was written, under {@link lockPayment}.
 */
export async function settlePayment(applying: Applying, payment: string): Promise<void> {
  const userId = await payer(applying.tx, payment)
  if (!userId) return
  for (const table of ['charges', 'refunds', 'disputes']) {
    await applying.tx.query(
      `UPDATE ${table} SET user_id = $2 WHERE payment = $1 AND user_id IS NULL`,
      [payment, userId],
    )
  }
  await announceRefunds(applying, payment)
  await announceDisputes(applying, payment)
  await announceReversal(applying, payment, userId)
}

/** Settles every payment of a customer who has just become known. */
export async function settleCustomer(applying: Applying, stripeCustomerId: string): Promise<void> {
  const rows = await applying.tx.query<{ payment: string }>(
    'SELECT DISTINCT payment FROM charges WHERE stripe_customer_id = $1 ORDER BY payment',
    [stripeCustomerId],
  )
  for (const { payment } of rows) {
    await lockPayment(applying.tx, payment)
    await settlePayment(applying, payment)
  }
}

async function payer(tx: Transaction, payment: string): Promise<string | undefined> {
  const rows = await tx.query<{ user_id: string }>(
    `SELECT user_id FROM charges WHERE payment = $1 AND user_id IS NOT NULL
     UNION SELECT user_id FROM purchases WHERE payment = $1 AND user_id IS NOT NULL
     UNION SELECT l.user_id FROM charges JOIN customer_links l USING (stripe_customer_id) WHERE payment = $1`,
    [payment],
  )
  return rows[0]?.user_id
}

async function announceRefunds({ tx, publish, occurredAt }: Applying, payment: string) {
  const charges = await tx.query<{
    id: string
    user_id: string
    amount: string
    amount_refunded: string
    refund_announced: string
    currency: string
  }>(
    `SELECT id, user_id, amount, amount_refunded, refund_announced, currency FROM charges
     WHERE payment = $1 AND user_id IS NOT NULL AND amount_refunded > refund_announced FOR UPDATE`,
    [payment],
  )
  for (const charge of charges) {
    const amountRefunded = Number(charge.amount_refunded)
    await tx.query('UPDATE charges SET refund_announced = amount_refunded WHERE id = $1', [
      charge.id,
    ])
    await publish(refunded, {
      userId: charge.user_id,
      paymentId: payment,
      amount: amountRefunded - Number(charge.refund_announced),
      amountRefunded,
      full: amountRefunded === Number(charge.amount),
      currency: charge.currency,
      refundedAt: occurredAt.toISOString(),
    })
  }
}

async function announceDisputes(applying: Applying, payment: string) {
  await announceOpened(applying, payment)
  await announceClosed(applying, payment)
}

async function announceClosed({ tx, publish, occurredAt }: Applying, payment: string) {
  const disputes = await tx.query<{
    id: string
    user_id: string
    status: 'lost' | 'won'
    amount: string
    currency: string
  }>(
    `SELECT id, user_id, status, amount, currency FROM disputes
     WHERE payment = $1 AND user_id IS NOT NULL AND status IN ('lost', 'won') ORDER BY id`,
    [payment],
  )
  for (const { id, user_id: userId, status: outcome, amount, currency } of disputes) {
    await publish(
      disputeClosed,
      {
        userId,
        disputeId: id,
        paymentId: payment,
        outcome,
        amount: Number(amount),
        currency,
        closedAt: occurredAt.toISOString(),
      },
      `dispute_closed:${id}:${outcome}`,
    )
  }
}

async function announceOpened({ tx, publish }: Applying, payment: string) {
  const disputes = await tx.query<{
    id: string
    user_id: string
    amount: string
    currency: string
    reason: string | null
    evidence_due_by: Date | null
    created_at: Date
  }>(
    `UPDATE disputes SET announced = true WHERE payment = $1 AND user_id IS NOT NULL AND NOT announced
     RETURNING id, user_id, amount, currency, reason, evidence_due_by, created_at`,
    [payment],
  )
  for (const dispute of disputes) {
    await publish(disputeOpened, {
      userId: dispute.user_id,
      disputeId: dispute.id,
      paymentId: payment,
      amount: Number(dispute.amount),
      currency: dispute.currency,
      reason: dispute.reason,
      evidenceDueBy: dispute.evidence_due_by?.toISOString() ?? null,
      openedAt: dispute.created_at.toISOString(),
    })
  }
}

/** What was bought is not paid any more when as much went back as was paid, by refunds and lost disputes. */
async function announceReversal(
  { tx, publish, occurredAt }: Applying,
  payment: string,
  payer: string,
) {
  const reversed = await tx.query<{ id: string; user_id: string | null }>(
    `SELECT id, user_id FROM purchases WHERE payment = $1 AND status = 'paid' AND amount > 0 AND amount <=
       (SELECT coalesce(max(amount_refunded), 0) FROM charges WHERE payment = $1) +
       (SELECT coalesce(sum(amount), 0) FROM disputes WHERE payment = $1 AND status = 'lost')`,
    [payment],
  )
  for (const { id: purchaseId, user_id } of reversed) {
    await publish(
      purchaseReversed,
      {
        userId: user_id ?? payer,
        purchaseId,
        paymentId: payment,
        reversedAt: occurredAt.toISOString(),
      },
      `purchase_reversed:${purchaseId}`,
    )
  }
}
