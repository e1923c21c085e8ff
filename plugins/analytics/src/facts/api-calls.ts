import type { EventRecorder } from '@titanforge/events'
import type { RequestObserver } from '@titanforge/http'
import { apiCalled } from '../events.js'

/** Records each call of the API by somebody who is known. */
export const apiCalls =
  (recorder: EventRecorder): RequestObserver =>
  ({ method, route, status, durationMs, identity }) => {
    if (!identity) return
    const { userId } = identity
    recorder.record(apiCalled, { userId, route: `${method} ${route}`, status, durationMs })
  }
