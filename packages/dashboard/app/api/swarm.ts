import { useQuery } from '@tanstack/react-query'
import type { Flow, Member, Swarm } from '@titanforge/dashboard'
import { request } from './request'

export type { Flow, Member, Swarm }

export interface Traffic {
  /** The events are those of as many seconds. */
  seconds: number
  events: { type: string; count: number }[]
  consumers: { consumer: string; waiting: number; deadLetters: number }[]
  /** Those of one process alone. */
  calls: { kind: 'agent' | 'tool'; name: string; running: number; ended: number; failed: number }[]
  /** The process that answered and has counted the calls, and since when: no other is in them. */
  counter: { process: string; since: string }
}

const POLL_MS = 2_000

export const useSwarm = () =>
  useQuery({
    queryKey: ['swarm'],
    queryFn: ({ signal }) => request<Swarm>('/api/admin/swarm', { signal }),
    staleTime: Infinity,
  })

/** What goes on now, as long as somebody looks. */
export const useTraffic = () =>
  useQuery({
    queryKey: ['traffic'],
    queryFn: ({ signal }) => request<Traffic>('/api/admin/swarm/traffic', { signal }),
    refetchInterval: POLL_MS,
    staleTime: 0,
  })
