import type Stripe from 'stripe'
import { listOf, pageOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { createSession, type SessionParameters } from './create-session.js'
import { expireSession } from './expire-session.js'
import { lineItemsOf } from './line-items.js'

export const checkoutRoutes = [
  operation<SessionParameters>('POST /v1/checkout/sessions', ({ tx, params }) => {
    const session = createSession(tx, params)
    mergeMetadata(session, params.metadata)
    return session
  }),

  operation<Stripe.Checkout.SessionListParams>('GET /v1/checkout/sessions', (call) =>
    listOf(call, 'checkout.session', {
      fits: ({ customer_details }) =>
        [undefined, customer_details?.email].includes(call.params.customer_details?.email),
      handled: ['customer_details'],
    }),
  ),

  operation('GET /v1/checkout/sessions/{id}', ({ tx, id }) => tx.get('checkout.session', id)),

  operation<Stripe.Checkout.SessionUpdateParams>(
    'POST /v1/checkout/sessions/{id}',
    ({ tx, params, id }) => {
      const session = tx.get('checkout.session', id)
      mergeMetadata(session, params.metadata)
      return session
    },
  ),

  operation('POST /v1/checkout/sessions/{id}/expire', ({ tx, id }) => {
    const session = tx.get('checkout.session', id)
    expireSession(tx, session)
    return session
  }),

  operation('GET /v1/checkout/sessions/{id}/line_items', (call) =>
    pageOf(call, lineItemsOf(call.tx, call.tx.get('checkout.session', call.id))),
  ),
]
