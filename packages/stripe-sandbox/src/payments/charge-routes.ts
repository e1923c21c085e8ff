import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata, newMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { without } from '../world/without.js'
import { closeDispute } from './dispute.js'
import { refundCharge } from './refund.js'

export const chargeRoutes = [
  operation<Stripe.ChargeListParams>('GET /v1/charges', (call) => listOf(call, 'charge')),

  operation('GET /v1/charges/{id}', ({ tx, id }) => tx.get('charge', id)),

  operation<Stripe.ChargeUpdateParams>('POST /v1/charges/{id}', ({ tx, params, id }) => {
    const charge = tx.get('charge', id)
    if (params.description !== undefined) charge.description = params.description || null
    mergeMetadata(charge, params.metadata)
    tx.emit('charge.updated', charge)
    return charge
  }),

  operation<Stripe.RefundCreateParams>('POST /v1/refunds', ({ tx, params }) => {
    const intent = params.payment_intent
      ? tx.get('payment_intent', params.payment_intent, 'payment_intent')
      : undefined
    const id = params.charge ?? intent?.latest_charge
    if (!id)
      throw invalidRequest(
        'One of the following params should be provided for this request: payment_intent or charge.',
        'charge',
        'parameter_missing',
      )
    return refundCharge(tx, tx.get('charge', id, 'charge'), {
      ...(params.amount === undefined ? {} : { amount: params.amount }),
      reason: params.reason ?? null,
      metadata: newMetadata(params.metadata),
    })
  }),

  operation<Stripe.RefundListParams>('GET /v1/refunds', (call) => listOf(call, 'refund')),

  operation('GET /v1/refunds/{id}', ({ tx, id }) => tx.get('refund', id)),

  operation<Stripe.RefundUpdateParams>('POST /v1/refunds/{id}', ({ tx, params, id }) => {
    const refund = tx.get('refund', id)
    mergeMetadata(refund, params.metadata)
    tx.emit('refund.updated', refund)
    return refund
  }),

  operation<Stripe.DisputeListParams>('GET /v1/disputes', (call) => listOf(call, 'dispute')),

  operation('GET /v1/disputes/{id}', ({ tx, id }) => tx.get('dispute', id)),

  operation<Stripe.DisputeUpdateParams>('POST /v1/disputes/{id}', ({ tx, params, id }) => {
    const dispute = tx.get('dispute', id)
    mergeMetadata(dispute, params.metadata)
    const evidence = without(params.evidence ?? {}, 'enhanced_evidence')
    Object.assign(dispute.evidence, evidence)
    dispute.evidence_details.has_evidence ||= Object.keys(evidence).length > 0
    const submits = params.submit !== false && dispute.evidence_details.has_evidence
    if (submits) {
      dispute.status = 'under_review'
      dispute.evidence_details.submission_count += 1
      dispute.evidence_details.submission_method = 'manual'
    }
    tx.emit('charge.dispute.updated', dispute)
    // As in Stripe's test mode, these words decide.
    const words = params.evidence?.uncategorized_text
    if (submits && words === 'winning_evidence') closeDispute(tx, dispute, 'won')
    if (submits && words === 'losing_evidence') closeDispute(tx, dispute, 'lost')
    return dispute
  }),

  operation('POST /v1/disputes/{id}/close', ({ tx, id }) => {
    const dispute = tx.get('dispute', id)
    if (dispute.status !== 'needs_response')
      throw invalidRequest(`This dispute is already ${dispute.status}.`)
    closeDispute(tx, dispute, 'lost')
    return dispute
  }),

  operation<Stripe.BalanceTransactionListParams>('GET /v1/balance_transactions', (call) =>
    listOf(call, 'balance_transaction'),
  ),

  operation('GET /v1/balance_transactions/{id}', ({ tx, id }) => tx.get('balance_transaction', id)),
]
