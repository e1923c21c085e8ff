import { useMutation, useQuery } from '@tanstack/react-query'
import { queryClient } from './query-client'
import { post, request } from './request'

export interface Session {
  id: string
  method: string
  ip: string
  userAgent: string
  lastUsedAt: string
  isCurrent: boolean
}

export interface ApiKey {
  id: string
  name: string
  prefix: string
  scopes: string[]
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
}

export interface Preference {
  topic: string
  channel: string
  enabled: boolean
  about: string
}

const SESSIONS = ['sessions']
const KEYS = ['keys']
const PREFERENCES = ['preferences']
const changed = (queryKey: string[]) => () => queryClient.invalidateQueries({ queryKey })

export const useSessions = () =>
  useQuery({
    queryKey: SESSIONS,
    queryFn: async ({ signal }) =>
      (await request<{ sessions: Session[] }>('/api/auth/sessions', { signal })).sessions,
  })

/** Ends one session, or all but this one. */
export const useEndSession = () =>
  useMutation({
    mutationFn: (id?: string) =>
      request(`/api/auth/sessions${id === undefined ? '' : `/${id}`}`, { method: 'DELETE' }),
    onSuccess: changed(SESSIONS),
  })

export const useApiKeys = () =>
  useQuery({
    queryKey: KEYS,
    queryFn: async ({ signal }) =>
      (await request<{ keys: ApiKey[] }>('/api/auth/keys', { signal })).keys,
  })

export const useMakeKey = () =>
  useMutation({
    mutationFn: (key: { name: string; scopes: string[] }) =>
      post<ApiKey & { key: string }>('/api/auth/keys', key),
    onSuccess: changed(KEYS),
  })

export const useRevokeKey = () =>
  useMutation({
    mutationFn: (id: string) => request(`/api/auth/keys/${id}`, { method: 'DELETE' }),
    onSuccess: changed(KEYS),
  })

export const usePreferences = () =>
  useQuery({
    queryKey: PREFERENCES,
    queryFn: async ({ signal }) => {
      const path = '/api/notifications/preferences'
      return (await request<{ preferences: Preference[] }>(path, { signal })).preferences
    },
  })

export const useSetPreference = () =>
  useMutation({
    mutationFn: ({ topic, channel, enabled }: Preference) =>
      request('/api/notifications/preferences', {
        method: 'PUT',
        body: { preferences: [{ topic, channel, enabled }] },
      }),
    onSettled: changed(PREFERENCES),
  })
