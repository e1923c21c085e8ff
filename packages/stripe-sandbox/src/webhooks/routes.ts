import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { createEndpoint, removeEndpoint } from './endpoints.js'

/** Events can be read for 30 days. */
const EVENTS_KEPT = 30 * 86_400

export const webhookRoutes = [
  operation<Stripe.WebhookEndpointCreateParams>('POST /v1/webhook_endpoints', ({ tx, params }) => {
    const endpoint = createEndpoint(tx, {
      url: params.url,
      enabled_events: params.enabled_events,
      api_version: params.api_version ?? null,
      description: params.description || null,
    })
    mergeMetadata(endpoint, params.metadata)
    // Shown this once.
    return { ...endpoint, secret: endpoint._secret }
  }),

  operation<Stripe.WebhookEndpointListParams>('GET /v1/webhook_endpoints', (call) =>
    listOf(call, 'webhook_endpoint'),
  ),

  operation('GET /v1/webhook_endpoints/{id}', ({ tx, id }) => tx.get('webhook_endpoint', id)),

  operation<Stripe.WebhookEndpointUpdateParams>(
    'POST /v1/webhook_endpoints/{id}',
    ({ tx, params, id }) => {
      const endpoint = tx.get('webhook_endpoint', id)
      if (params.url !== undefined) endpoint.url = params.url
      if (params.enabled_events) endpoint.enabled_events = params.enabled_events
      if (params.description !== undefined) endpoint.description = params.description || null
      if (params.disabled !== undefined) endpoint.status = params.disabled ? 'disabled' : 'enabled'
      mergeMetadata(endpoint, params.metadata)
      return endpoint
    },
  ),

  operation('DELETE /v1/webhook_endpoints/{id}', ({ tx, id }) => {
    removeEndpoint(tx, tx.get('webhook_endpoint', id))
    return { id, object: 'webhook_endpoint', deleted: true }
  }),

  operation<Stripe.EventListParams>('GET /v1/events', (call) => {
    const { type, types, delivery_success: delivered } = call.params
    if (type !== undefined && types !== undefined)
      throw invalidRequest('You may only specify one of these parameters: type, types.')
    if ((types?.length ?? 0) > 20)
      throw invalidRequest('You may pass up to 20 event names.', 'types')
    const since = call.tx.now - EVENTS_KEPT
    return listOf(call, 'event', {
      fits: (event) =>
        event.created >= since &&
        (type === undefined || fitsType(event.type, type)) &&
        (types === undefined || types.includes(event.type)) &&
        (delivered === undefined || delivered === (event.pending_webhooks === 0)),
      handled: ['type', 'types', 'delivery_success'],
    })
  }),

  operation('GET /v1/events/{id}', ({ tx, id }) => tx.get('event', id)),
]

/** `charge.*` stands for every type that begins so. */
const fitsType = (type: string, wanted: string) =>
  wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
