import { createHash } from 'node:crypto'
import { defineTool } from '@titanforge/core'
import type Stripe from 'stripe'
import { z } from 'zod'
import type { StripeGateway } from '../gateway.js'
import { idempotencyKeyOf } from '../idempotency-key.js'
import { isKnownUsage } from '../usage/is-known-usage.js'

/** The metadata by which a refund is known again, long after Stripe has forgotten the idempotency key. */
const CALL = 'tool_call'

/** A name for a call, of a length that Stripe takes anywhere. */
const nameOf = (idempotencyKey: string) => createHash('sha256').update(idempotencyKey).digest('hex')

/** What agents may do with money that was paid, and with what is charged by the unit. */
export function moneyTools(gateway: StripeGateway) {
  const refundPayment = defineTool({
    name: 'refund_payment',
    description: 'Gives a payment back, all of it or a part.',
    effect: 'idempotent',
    input: z.object({
      /** `pi_…` or `ch_…`. */
      paymentId: z.string().regex(/^(pi|ch|py)_/, 'must be a payment intent or a charge'),
      /** Minor units; all that is left, if left out. */
      amount: z.number().int().min(1).optional(),
      reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    }),
    output: z.object({ id: z.string(), status: z.string().nullable(), amount: z.number().int() }),
    async run({ paymentId, amount, reason }, { idempotencyKey }) {
      const payment = paymentId.startsWith('pi_')
        ? { payment_intent: paymentId }
        : { charge: paymentId }
      const refund = await gateway.call(
        async (stripe) =>
          (await refundOf(stripe, payment, idempotencyKey)) ??
          (await stripe.refunds.create(
            { ...payment, amount, reason, metadata: { [CALL]: nameOf(idempotencyKey) } },
            { idempotencyKey: idempotencyKeyOf(idempotencyKey) },
          )),
      )
      return { id: refund.id, status: refund.status, amount: refund.amount }
    },
  })

  const listInvoices = defineTool({
    name: 'list_invoices',
    description: "Lists a customer's invoices, newest first.",
    effect: 'read',
    input: z.object({
      customerId: z.string(),
      limit: z.number().int().min(1).max(100).default(10),
    }),
    output: z.array(
      z.object({
        id: z.string(),
        number: z.string().nullable(),
        status: z.string().nullable(),
        /** Minor units. */
        amountDue: z.number().int(),
        amountPaid: z.number().int(),
        currency: z.string(),
        /** UTC. */
        createdAt: z.iso.datetime(),
        pageUrl: z.string().nullable(),
      }),
    ),
    async run({ customerId, limit }) {
      const { data } = await gateway.call((stripe) =>
        stripe.invoices.list({ customer: customerId, limit }),
      )
      return data.map((invoice) => ({
        id: invoice.id,
        number: invoice.number,
        status: invoice.status,
        amountDue: invoice.amount_due,
        amountPaid: invoice.amount_paid,
        currency: invoice.currency,
        createdAt: new Date(invoice.created * 1000).toISOString(),
        pageUrl: invoice.hosted_invoice_url ?? null,
      }))
    },
  })

  const reportUsage = defineTool({
    name: 'report_usage',
    description: 'Tells Stripe of usage that is charged by the unit.',
    effect: 'idempotent',
    input: z.object({
      customerId: z.string(),
      /** The meter's event name. */
      meter: z.string().min(1).max(100),
      value: z.number().positive(),
    }),
    output: z.object({ identifier: z.string() }),
    async run({ customerId, meter, value }, { idempotencyKey }) {
      const identifier = nameOf(idempotencyKey)
      await gateway.call(async (stripe) => {
        const payload = { stripe_customer_id: customerId, value: String(value) }
        try {
          await stripe.billing.meterEvents.create(
            { event_name: meter, identifier, payload },
            { idempotencyKey: idempotencyKeyOf(idempotencyKey) },
          )
        } catch (error) {
          if (!isKnownUsage(error)) throw error
        }
      })
      return { identifier }
    },
  })

  return { refundPayment, listInvoices, reportUsage }
}

/** The refund that a call has made before. */
async function refundOf(
  { refunds }: Stripe,
  payment: Stripe.RefundListParams,
  idempotencyKey: string,
): Promise<Stripe.Refund | undefined> {
  for await (const refund of refunds.list({ ...payment, limit: 100 }))
    if (refund.metadata?.[CALL] === nameOf(idempotencyKey)) return refund
  return undefined
}
