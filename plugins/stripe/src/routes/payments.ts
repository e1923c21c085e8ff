import type { Database } from '@titanforge/database'
import { route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { ReturnUrls } from '../checkout/return-urls.js'
import type { Customers } from '../customers.js'
import type { StripeGateway } from '../gateway.js'

export interface PaymentServices {
  db: Database
  gateway: StripeGateway
  customers: Customers
  urls: ReturnUrls
  livemode: boolean
}

interface InvoiceRow {
  id: string
  number: string | null
  status: string
  currency: string
  amount_due: string
  amount_paid: string
  created_at: Date
  paid_at: Date | null
  hosted_url: string | null
  pdf_url: string | null
}

interface PurchaseRow {
  id: string
  status: string
  currency: string
  amount: string
  refunded: string
  bought: { name: string | null; quantity: number }[]
  created_at: Date
  paid_at: Date | null
}

const MOST = 100

// By the product, which keeps its name when its price is no longer sold.
const BOUGHT = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'quantity', item -> 'quantity') ORDER BY n), '[]')
  FROM jsonb_array_elements(p.items) WITH ORDINALITY AS items (item, n)
  LEFT JOIN stripe_products s ON s.stripe_product_id = item ->> 'productId')`

export function paymentRoutes({
  db,
  gateway,
  customers,
  urls,
  livemode,
}: PaymentServices): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/billing/portal',
      auth: 'user',
      summary: "Opens Stripe's page where the caller sees to cards, invoices and subscriptions",
      body: z.strictObject({ returnUrl: z.string().max(2000).optional() }).prefault({}),
      async handler({ identity: { userId }, body }) {
        const return_url = urls.choose(body.returnUrl, '/billing').href
        const { url } = await customers.withCustomer(userId, (customer) =>
          gateway.call((client) => client.billingPortal.sessions.create({ customer, return_url })),
        )
        return { url }
      },
    }),
    route({
      method: 'GET',
      path: '/api/billing/invoices',
      auth: 'user',
      summary: "The caller's invoices, newest first; amounts in minor units",
      async handler({ identity: { userId } }) {
        const rows = await db.query<InvoiceRow>(
          `SELECT * FROM invoices WHERE user_id = $1 AND livemode = $2 AND status <> 'draft'
           ORDER BY created_at DESC, id DESC LIMIT $3`,
          [userId, livemode, MOST],
        )
        return { invoices: rows.map(invoice) }
      },
    }),
    route({
      method: 'GET',
      path: '/api/billing/purchases',
      auth: 'user',
      summary: 'What the caller has bought once, newest first; amounts in minor units',
      async handler({ identity: { userId } }) {
        const rows = await db.query<PurchaseRow>(
          `SELECT p.*, ${BOUGHT} AS bought,
             (SELECT coalesce(sum(amount_refunded), 0) FROM charges c WHERE c.payment = p.payment) AS refunded
           FROM purchases p WHERE user_id = $1 AND livemode = $2
           ORDER BY created_at DESC, id DESC LIMIT $3`,
          [userId, livemode, MOST],
        )
        return { purchases: rows.map(purchase) }
      },
    }),
  ]
}

const invoice = ({ id, number, status, currency, ...row }: InvoiceRow) => ({
  id,
  number,
  status,
  currency,
  amountDue: Number(row.amount_due),
  amountPaid: Number(row.amount_paid),
  createdAt: row.created_at,
  paidAt: row.paid_at,
  pageUrl: row.hosted_url,
  pdfUrl: row.pdf_url,
})

const purchase = ({ id, status, currency, bought, ...row }: PurchaseRow) => ({
  id,
  status,
  currency,
  amount: Number(row.amount),
  amountRefunded: Number(row.refunded),
  items: bought,
  createdAt: row.created_at,
  paidAt: row.paid_at,
})
