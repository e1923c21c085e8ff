import { defineTool } from '@titanforge/core'
import { z } from 'zod'
import type { StripeGateway } from '../gateway.js'

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
      const refund = await gateway.call((stripe) =>
        stripe.refunds.create({ ...payment, amount, reason }, { idempotencyKey }),
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
      const { identifier } = await gateway.call((stripe) =>
        stripe.billing.meterEvents.create(
          {
            event_name: meter,
            payload: { stripe_customer_id: customerId, value: String(value) },
          },
          { idempotencyKey },
        ),
      )
      return { identifier }
    },
  })

  return { refundPayment, listInvoices, reportUsage }
}
