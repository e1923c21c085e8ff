import { useMutation } from '@tanstack/react-query'
import { usePages } from './pages'
import { queryClient } from './query-client'
import { post } from './request'

export interface DeadLetter {
  id: string
  consumer: string
  eventId: string
  at: string
  reason: string
}

const DEAD_LETTERS = ['dead-letters']

/** As many can be tried again at once. */
export const MOST_AT_ONCE = 1000

/** The oldest first. */
export const useDeadLetters = () =>
  usePages({
    queryKey: DEAD_LETTERS,
    path: '/api/admin/dead-letters',
    itemsOf: ({ deadLetters }: { deadLetters: DeadLetter[] }) => deadLetters,
    cursor: { name: 'after', of: ({ at, id }) => `${at}_${id}` },
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
