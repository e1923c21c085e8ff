import type { StripeGateway } from './gateway.js'
import { METER_ERRORS } from './usage/meter-errors.js'

/**
 * Has Stripe tell an address of errors that it finds in usage later. A webhook endpoint cannot hear of them:
 * they are thin events, which go to event destinations only. One that has the address already is kept.
 *
 * @returns the signing secret where the destination is new: Stripe tells it once.
 * @see https://docs.stripe.com/event-destinations
 */
export async function openEventDestination(
  gateway: StripeGateway,
  url: string,
): Promise<{ id: string; secret: string | undefined }> {
  const destinations = await gateway.call((client) =>
    client.v2.core.eventDestinations
      .list({ limit: 100, include: ['webhook_endpoint.url'] })
      .autoPagingToArray({ limit: 1000 }),
  )
  const known = destinations.find(
    ({ event_payload, webhook_endpoint }) =>
      event_payload === 'thin' && webhook_endpoint?.url === url,
  )
  const enabled_events = [...new Set([...(known?.enabled_events ?? []), METER_ERRORS])]
  if (!known) {
    const made = await gateway.call((client) =>
      client.v2.core.eventDestinations.create({
        name: 'Errors in usage',
        type: 'webhook_endpoint',
        event_payload: 'thin',
        enabled_events,
        webhook_endpoint: { url },
        include: ['webhook_endpoint.signing_secret'],
      }),
    )
    return { id: made.id, secret: made.webhook_endpoint?.signing_secret }
  }
  if (enabled_events.length > known.enabled_events.length)
    await gateway.call((client) =>
      client.v2.core.eventDestinations.update(known.id, { enabled_events }),
    )
  if (known.status === 'disabled')
    await gateway.call((client) => client.v2.core.eventDestinations.enable(known.id))
  return { id: known.id, secret: undefined }
}
