import { paymentFailed } from '../contract.js'
import type { Applying } from '../objects/object-rule.js'

interface Failure {
  user_id: string
  stripe_invoice_id: string
  attempt: number
  failed_at: Date
  amount_due: string
  currency: string
  next_attempt_at: Date | null
  hosted_url: string | null
}

/**
 * Publishes each failed attempt to collect an invoice of a known user, once. An invoice that was paid
 * meanwhile needs no word of it.
 */
export async function announceFailures(
  { tx, publish }: Applying,
  which: { stripeInvoiceId: string } | { stripeCustomerId: string },
): Promise<void> {
  const [column, value] =
    'stripeInvoiceId' in which
      ? ['stripe_invoice_id', which.stripeInvoiceId]
      : ['stripe_customer_id', which.stripeCustomerId]
  const failures = await tx.query<Failure>(
    `SELECT i.user_id, i.stripe_invoice_id, f.attempt, f.failed_at, i.amount_due, i.currency, i.next_attempt_at, i.hosted_url
     FROM invoices i JOIN invoice_failures f USING (stripe_invoice_id)
     WHERE i.${column} = $1 AND i.user_id IS NOT NULL AND i.status NOT IN ('paid', 'void')
     ORDER BY f.failed_at`,
    [value],
  )
  for (const failure of failures) {
    await publish(
      paymentFailed,
      {
        userId: failure.user_id,
        kind: 'invoice',
        paymentId: failure.stripe_invoice_id,
        amount: Number(failure.amount_due),
        currency: failure.currency,
        attempt: failure.attempt,
        failedAt: failure.failed_at.toISOString(),
        nextAttemptAt: failure.next_attempt_at?.toISOString() ?? null,
        payUrl: failure.hosted_url,
      },
      `payment_failed:${failure.stripe_invoice_id}:${failure.attempt}`,
    )
  }
}
