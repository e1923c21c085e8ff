import { MutationCache, notifyManager, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error'

const TRIES = 2

/** Under which it is kept who is logged in. */
export const ACCOUNT = ['account'] as const

/** A log-in that has ended leads to the page for that, whatever was asked for. */
function onError(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(ACCOUNT, null)
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refuses it refuses again; what did not reach it may yet.
      retry: (failures, error) =>
        failures < TRIES && (!(error instanceof ApiError) || error.status >= 500),
    },
  },
})

// A button knows before the next click that what it sends is under way: the second of a double click finds
// it disabled.
notifyManager.setScheduler(queueMicrotask)
