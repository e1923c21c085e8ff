import { parse } from '@titanforge/core'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { resolveUser } from '../customer-link.js'
import type { ObjectRule } from './object-rule.js'
import { reference } from './reading.js'

const creditNote = z.object({
  id: z.string(),
  invoice: reference.pipe(z.string()),
  customer: reference,
  status: z.string(),
  reason: z.string().nullish(),
  currency: z.string().length(3),
  amount: z.number().int(),
  livemode: z.boolean(),
  created: z.number(),
})

// What is void stays void.
const WRITE = `
  INSERT INTO credit_notes (id, stripe_credit_note_id, stripe_invoice_id, stripe_customer_id, user_id, status, reason,
    currency, amount, livemode, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (stripe_credit_note_id) DO UPDATE SET status = excluded.status, amount = excluded.amount,
    user_id = coalesce(credit_notes.user_id, excluded.user_id)
  WHERE credit_notes.status <> 'void'`

/** A credit note lowers what an invoice asks for. The invoice's own row stays as it is. */
export const creditNoteRule: ObjectRule = {
  async apply(applying, object) {
    const it = parse(creditNote, object, 'Stripe credit note')
    const userId = await resolveUser(applying, it.customer)
    await applying.tx.query(WRITE, [
      uuidv7(),
      it.id,
      it.invoice,
      it.customer,
      userId ?? null,
      it.status,
      it.reason ?? null,
      it.currency,
      it.amount,
      it.livemode,
      new Date(it.created * 1000),
    ])
  },
  // Stripe deletes no credit notes.
  async remove() {},
}
