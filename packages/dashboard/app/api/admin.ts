import { useMutation, useQuery } from '@tanstack/react-query'
import { queryClient } from './query-client'
import { post, request } from './request'

export interface User {
  id: string
  email: string
  fullName: string | null
  isActive: boolean
  isSuperuser: boolean
  emailVerifiedAt: string | null
  createdAt: string
}

export interface AuditEntry {
  id: string
  action: string
  actorId: string | null
  subjectId: string | null
  ip: string | null
  at: string
}

export interface DeadLetter {
  id: string
  consumer: string
  eventId: string
  at: string
  reason: string
}

const DEAD_LETTERS = ['dead-letters']
const USERS = ['users']

export const useUsers = () =>
  useQuery({
    queryKey: USERS,
    queryFn: async ({ signal }) =>
      (await request<{ users: User[] }>('/api/admin/users?limit=200', { signal })).users,
  })

export const useSetActive = () =>
  useMutation({
    mutationFn: ({ id, isActive }: Pick<User, 'id' | 'isActive'>) =>
      post(`/api/admin/users/${id}`, { isActive }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: USERS }),
  })

export const useAudit = () =>
  useQuery({
    queryKey: ['audit'],
    queryFn: async ({ signal }) =>
      (await request<{ entries: AuditEntry[] }>('/api/admin/audit?limit=200', { signal })).entries,
    staleTime: 0,
  })

export const useDeadLetters = () =>
  useQuery({
    queryKey: DEAD_LETTERS,
    queryFn: async ({ signal }) => {
      const path = '/api/admin/dead-letters'
      return (await request<{ deadLetters: DeadLetter[] }>(path, { signal })).deadLetters
    },
    staleTime: 0,
  })

export const useRedrive = () =>
  useMutation({
    mutationFn: (ids: string[]) => post('/api/admin/dead-letters/redrive', { ids }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: DEAD_LETTERS }),
  })
