import { API_VERSION } from '../spec/openapi.js'
import type { ThinEvent } from '../world/hidden.js'
import type { StripeEvent } from '../world/kinds.js'
import { asOfVersion, previousAsOfVersion } from './older-version.js'
import type { EventReceiver } from './receivers.js'

/** The body of a delivery: the event in the version of its endpoint, else in the account's. */
export function payloadFor(
  event: StripeEvent | ThinEvent,
  receiver: EventReceiver,
  accountVersion: string | null,
): string {
  if (event.object === 'v2.core.event') {
    // Thin: what it says is left for the one who asks.
    const { id, object, type, created, livemode, related_object } = event
    return JSON.stringify({ id, object, type, created, livemode, related_object }, null, 2)
  }
  const own = receiver.object === 'webhook_endpoint' ? receiver.api_version : null
  const version = own ?? accountVersion ?? API_VERSION
  return JSON.stringify(eventAsOfVersion(event, version), null, 2)
}

function eventAsOfVersion(event: StripeEvent, version: string): StripeEvent {
  const { object, previous_attributes: previous } = event.data
  const data = {
    object: asOfVersion(version, object),
    ...(previous
      ? { previous_attributes: previousAsOfVersion(version, event.type, previous) }
      : {}),
  }
  return { ...event, api_version: version, data }
}
