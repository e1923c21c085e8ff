import { useMutation, useQuery } from '@tanstack/react-query'
import { queryClient } from './query-client'
import { post, request } from './request'

export interface DeadLetter {
  id: string
  consumer: string
  eventId: string
  at: string
  reason: string
}

const DEAD_LETTERS = ['dead-letters']
export const MOST_LETTERS = 200

/** The oldest: those behind them come when these are gone. */
export const useDeadLetters = () =>
  useQuery({
    queryKey: DEAD_LETTERS,
    queryFn: async ({ signal }) => {
      const path = `/api/admin/dead-letters?limit=${MOST_LETTERS}`
      return (await request<{ deadLetters: DeadLetter[] }>(path, { signal })).deadLetters
    },
    staleTime: 0,
  })

const changed = () => queryClient.invalidateQueries({ queryKey: DEAD_LETTERS })

export const useRedrive = () =>
  useMutation({
    mutationFn: (ids: string[]) =>
      post<{ redriven: number }>('/api/admin/dead-letters/redrive', { ids }),
    onSuccess: changed,
  })

export const useDiscard = () =>
  useMutation({
    mutationFn: (body: { ids: string[]; reason: string }) =>
      post<{ discarded: number }>('/api/admin/dead-letters/discard', body),
    onSuccess: changed,
  })
