import { useQuery } from '@tanstack/react-query'
import { request } from './request'

export interface Entitlements {
  plans: string[]
  features: string[]
  limits: Record<string, number>
  used: Record<string, number>
}

export const useEntitlements = (refetchInterval: number | false = false) =>
  useQuery({
    queryKey: ['entitlements'],
    queryFn: ({ signal }) => request<Entitlements>('/api/entitlements', { signal }),
    refetchInterval,
  })

interface Usage {
  period: { start: string; end: string }
  usage: Record<string, { used: number; limit: number | null }>
}

export const useUsage = () =>
  useQuery({
    queryKey: ['usage'],
    queryFn: ({ signal }) => request<Usage>('/api/usage', { signal }),
  })
