import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import type { PaymentMethod } from '../world/kinds.js'
import { attach, createCard, createDebit, paymentMethodOf } from './payment-method.js'
import { detach } from './detach.js'
import { numberOfToken } from './test-cards.js'

export const paymentMethodRoutes = [
  operation<Stripe.PaymentMethodCreateParams>('POST /v1/payment_methods', ({ tx, params }) => {
    const billing = (params.billing_details ?? {}) as Partial<PaymentMethod['billing_details']>
    const card = params.card
    if (params.type === 'sepa_debit') return createDebit(tx, params.sepa_debit?.iban ?? '', billing)
    if (params.type !== 'card')
      throw invalidRequest('The sandbox has payment methods of type card and sepa_debit.', 'type')
    const number = card?.number ?? numberOfToken(card?.token ?? '') ?? ''
    const method = createCard(tx, number, billing, card)
    mergeMetadata(method, params.metadata)
    return method
  }),

  operation<Stripe.PaymentMethodListParams>('GET /v1/payment_methods', (call) =>
    listOf(call, 'payment_method'),
  ),

  operation('GET /v1/payment_methods/{id}', ({ tx, id }) => tx.get('payment_method', id)),

  operation<Stripe.PaymentMethodUpdateParams>(
    'POST /v1/payment_methods/{id}',
    ({ tx, params, id }) => {
      const method = tx.get('payment_method', id)
      if (params.billing_details) Object.assign(method.billing_details, params.billing_details)
      if (params.card && method.card) Object.assign(method.card, params.card)
      mergeMetadata(method, params.metadata)
      tx.emit('payment_method.updated', method)
      return method
    },
  ),

  operation<Stripe.PaymentMethodAttachParams>(
    'POST /v1/payment_methods/{id}/attach',
    ({ tx, params, id }) => {
      const customer = tx.get('customer', params.customer ?? '', 'customer')
      const method = paymentMethodOf(tx, id, 'payment_method')
      attach(tx, method, customer.id)
      return method
    },
  ),

  operation('POST /v1/payment_methods/{id}/detach', ({ tx, id }) => {
    const method = tx.get('payment_method', id)
    detach(tx, method)
    return method
  }),
]
