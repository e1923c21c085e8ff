import Stripe from 'stripe'
import { StripeErrors } from './errors.js'
import type { StripeGateway } from './gateway.js'
import { EVENT_TYPES } from './sync/snapshot.js'

type EnabledEvent = Stripe.WebhookEndpointCreateParams.EnabledEvent

const EVENTS = EVENT_TYPES as EnabledEvent[]

/**
 * Has Stripe deliver the events that we apply to an address, in the API version that this client speaks.
 * An endpoint that has the address already is kept, with these events.
 *
 * @returns the signing secret where the endpoint is new: Stripe tells it once.
 * @throws WEBHOOK_ENDPOINT_OUTDATED where an endpoint has the address and another API version.
 */
export async function openWebhookEndpoint(
  gateway: StripeGateway,
  url: string,
): Promise<{ id: string; secret: string | undefined }> {
  const api_version = apiVersion()
  const endpoints = await gateway.call((client) =>
    client.webhookEndpoints.list({ limit: 100 }).autoPagingToArray({ limit: 1000 }),
  )
  const known = endpoints.find((endpoint) => endpoint.url === url)
  if (!known) {
    const made = await gateway.call((client) =>
      client.webhookEndpoints.create({ url, api_version, enabled_events: EVENTS }),
    )
    return { id: made.id, secret: made.secret }
  }
  if (known.api_version !== api_version) {
    const version = known.api_version ?? "the account's"
    throw StripeErrors.WEBHOOK_ENDPOINT_OUTDATED({ id: known.id, version, wanted: api_version })
  }
  await gateway.call((client) =>
    client.webhookEndpoints.update(known.id, { enabled_events: EVENTS, disabled: false }),
  )
  return { id: known.id, secret: undefined }
}

/** The version that the client was made for, and that its types describe. */
const apiVersion = () => Stripe.API_VERSION as Stripe.WebhookEndpointCreateParams.ApiVersion
