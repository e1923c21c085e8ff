import type Stripe from 'stripe'

/** What of an invoice was given back after it was paid. Minor units. */
export interface GivenBack {
  /** Refunded, charged back by a dispute that was lost, or put to credit. */
  back: number
  /** In disputes that are not decided, or paid elsewhere, where it is not known what was given back. */
  disputed: number
}

/** @see https://docs.stripe.com/api/invoice-payment */
export async function givenBack(client: Stripe, invoice: Stripe.Invoice): Promise<GivenBack> {
  const sum: GivenBack = { back: await credited(client, invoice), disputed: 0 }
  if (invoice.amount_paid === 0) return sum
  const payments = client.invoicePayments.list({
    invoice: invoice.id,
    status: 'paid',
    limit: 100,
    expand: [
      'data.payment.payment_intent.latest_charge',
      'data.payment.charge',
      'data.payment.payment_record',
    ],
  })
  for await (const payment of payments) {
    const record = payment.payment.payment_record
    if (record && typeof record === 'object') sum.back += record.amount_refunded.value
    // What became of it cannot be read, and all of it may have been given back.
    else if (record) sum.disputed += payment.amount_paid ?? payment.amount_requested
    const charge = chargeOf(payment)
    if (!charge) continue
    const { lost, open } = charge.disputed ? await disputesOf(client, charge.id) : NONE
    sum.back += charge.amount_refunded + lost
    sum.disputed += open
  }
  return sum
}

/** By credit notes, without what they have refunded: that is the charge's to say. */
async function credited({ creditNotes }: Stripe, invoice: Stripe.Invoice): Promise<number> {
  const { pre_payment_credit_notes_amount: before, post_payment_credit_notes_amount: after } =
    invoice
  if (before + after === 0) return 0
  let sum = 0
  for await (const note of creditNotes.list({ invoice: invoice.id, limit: 100 }))
    if (note.status === 'issued')
      sum += note.refunds.reduce((rest, { amount_refunded }) => rest - amount_refunded, note.total)
  return sum
}

/** Undefined for what was paid in another way, such as by hand. */
function chargeOf({ payment }: Stripe.InvoicePayment): Stripe.Charge | undefined {
  const intent = typeof payment.payment_intent === 'object' ? payment.payment_intent : undefined
  const charge = payment.charge ?? intent?.latest_charge
  return typeof charge === 'object' ? (charge ?? undefined) : undefined
}

const NONE = { lost: 0, open: 0 }

async function disputesOf({ disputes }: Stripe, charge: string) {
  const sum = { ...NONE }
  for await (const { status, amount } of disputes.list({ charge, limit: 100 })) {
    if (status === 'lost') sum.lost += amount
    else if (!SETTLED.includes(status)) sum.open += amount
  }
  return sum
}

/** In our favour, or before anything was taken. */
const SETTLED = ['won', 'warning_closed', 'prevented']
