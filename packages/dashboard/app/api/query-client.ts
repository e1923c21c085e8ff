import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error'

const TRIES = 2

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refuses it refuses again; what did not reach it may yet.
      retry: (failures, error) =>
        failures < TRIES && (!(error instanceof ApiError) || error.status >= 500),
    },
  },
})
