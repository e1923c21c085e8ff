import { stripeStandIn, type StripeStandIn } from '../stripe-stand-in.js'
import type { Recording } from './recording.js'

const PATHS: Record<string, string> = {
  'checkout.session': 'checkout/sessions',
  credit_note: 'credit_notes',
}

/** Stripe's API as it would answer at the end of a recording. */
export interface RecordedApi {
  url: string
  load(recording: Recording): void
  close(): Promise<void>
}

export async function recordedApi(): Promise<RecordedApi> {
  const api = await stripeStandIn()
  return {
    url: api.url,
    load(recording) {
      api.objects.clear()
      for (const object of Object.values(recording.api)) {
        const path = PATHS[object.object] ?? `${object.object}s`
        api.objects.set(`/v1/${path}/${object.id}`, object)
      }
      loadEntitlements(api, recording)
    },
    close: () => api.close(),
  }
}

interface SummaryEvent {
  type: string
  created: number
  data: { object: { entitlements: { data: object[] } } }
}

/** The recordings' objects do not hold the entitlements; the newest summary is what the API would say. */
function loadEntitlements(api: StripeStandIn, { deliveries }: Recording): void {
  const [newest] = deliveries
    .map((delivery) => JSON.parse(delivery) as SummaryEvent)
    .filter(({ type }) => type === 'entitlements.active_entitlement_summary.updated')
    .toSorted((one, other) => other.created - one.created)
  const data = newest?.data.object.entitlements.data ?? []
  const list = { object: 'list', data, has_more: false }
  api.objects.set('/v1/entitlements/active_entitlements', list)
}
