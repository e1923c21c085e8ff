import { useQuery } from '@tanstack/react-query'
import { usePages } from './pages'
import { request } from './request'

export interface Event {
  id: string
  type: string
  version: number
  key: string | null
  userId: string | null
  source: string | null
  externalId: string | null
  occurredAt: string
  correlationId: string
  causationId: string | null
}

export interface Delivery {
  consumer: string
  state: string
  attempts: number | null
  at: string | null
  reason: string | null
}

export interface EventWithDeliveries extends Event {
  payload: unknown
  deliveries: Delivery[]
}

export const useEvents = (filter: Record<string, string>) =>
  usePages({
    queryKey: ['events'],
    path: '/api/admin/events',
    filter,
    itemsOf: ({ events }: { events: Event[] }) => events,
  })

export const useEventTypes = () =>
  useQuery({
    queryKey: ['event-types'],
    queryFn: async ({ signal }) =>
      (await request<{ types: string[] }>('/api/admin/event-types', { signal })).types,
    staleTime: Infinity,
  })

export const useEvent = (id: string) =>
  useQuery({
    queryKey: ['event', id],
    queryFn: ({ signal }) =>
      request<EventWithDeliveries>(`/api/admin/events/${encodeURIComponent(id)}`, { signal }),
    staleTime: 0,
  })
