import { useMutation } from '@tanstack/react-query'
import { usePages } from './pages'
import { queryClient } from './query-client'
import { post } from './request'

export interface User {
  id: string
  email: string
  fullName: string | null
  isActive: boolean
  isSuperuser: boolean
  emailVerifiedAt: string | null
  createdAt: string
}

const USERS = ['users']

export const useUsers = () =>
  usePages({
    queryKey: USERS,
    path: '/api/admin/users',
    itemsOf: ({ users }: { users: User[] }) => users,
  })

export const useSetActive = () =>
  useMutation({
    mutationFn: ({ id, isActive }: Pick<User, 'id' | 'isActive'>) =>
      post(`/api/admin/users/${id}`, { isActive }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: USERS }),
  })
