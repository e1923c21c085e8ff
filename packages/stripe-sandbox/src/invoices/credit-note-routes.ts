import type Stripe from 'stripe'
import { listOf, pageOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { createCreditNote } from './credit-note.js'
import { total } from './totals.js'

export const creditNoteRoutes = [
  operation<Stripe.CreditNoteCreateParams>('POST /v1/credit_notes', ({ tx, params }) => {
    const note = createCreditNote(tx, tx.get('invoice', params.invoice, 'invoice'), params)
    mergeMetadata(note, params.metadata)
    return note
  }),

  operation<Stripe.CreditNoteListParams>('GET /v1/credit_notes', (call) =>
    listOf(call, 'credit_note'),
  ),

  operation('GET /v1/credit_notes/{id}', ({ tx, id }) => tx.get('credit_note', id)),

  operation<Stripe.CreditNoteUpdateParams>('POST /v1/credit_notes/{id}', ({ tx, params, id }) => {
    const note = tx.get('credit_note', id)
    if (params.memo !== undefined) note.memo = params.memo || null
    mergeMetadata(note, params.metadata)
    tx.emit('credit_note.updated', note)
    return note
  }),

  operation('GET /v1/credit_notes/{id}/lines', (call) =>
    pageOf(call, call.tx.get('credit_note', call.id).lines.data),
  ),

  operation('POST /v1/credit_notes/{id}/void', ({ tx, id }) => {
    const note = tx.get('credit_note', id)
    const invoice = tx.get('invoice', note.invoice)
    if (note.status === 'void' || invoice.status !== 'open')
      throw invalidRequest('Only an issued credit note of an open invoice can be voided.')
    note.status = 'void'
    note.voided_at = tx.now
    invoice.pre_payment_credit_notes_amount -= note.pre_payment_amount
    total(tx, invoice)
    tx.emit('credit_note.voided', note)
    return note
  }),
]
