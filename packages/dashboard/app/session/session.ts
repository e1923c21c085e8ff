import { useQuery } from '@tanstack/react-query'
import { currentToken, keepToken, renewToken } from '../api/access-token'
import { ACCOUNT, queryClient } from '../api/query-client'
import { post, request } from '../api/request'

export interface Account {
  id: string
  email: string
  emailVerified: boolean
  fullName: string | null
  isSuperuser: boolean
  hasPassword: boolean
  hasGithub: boolean
  createdAt: string
}

/** Who is logged in; null where nobody is. */
export const useAccount = () =>
  useQuery({
    queryKey: ACCOUNT,
    queryFn: whoIsThere,
    staleTime: 60_000,
    refetchOnWindowFocus: true,
  })

async function whoIsThere(): Promise<Account | null> {
  if (currentToken() === undefined && (await renewToken()) === undefined) return null
  return request<Account>('/api/auth/me')
}

export async function logIn(email: string, password: string): Promise<void> {
  const { accessToken } = await post<{ accessToken: string }>('/api/auth/login', {
    email,
    password,
  })
  keepToken(accessToken)
  forget()
  await queryClient.query({ queryKey: ACCOUNT, queryFn: whoIsThere, staleTime: 0 })
}

interface PasswordChange {
  newPassword: string
  /** Left out by who has none. */
  currentPassword?: string
  /** Whether the API keys are revoked too. */
  revokeKeys: boolean
}

/** Sets another password. Every other session ends, and this one goes on with a new token. */
export async function changePassword(change: PasswordChange): Promise<void> {
  const { accessToken } = await post<{ accessToken: string }>('/api/auth/password', change)
  keepToken(accessToken)
  await Promise.all(
    [ACCOUNT, ['sessions'], ['keys']].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  )
}

/** Ends the session, and forgets everything that was shown in it. */
export async function logOut(): Promise<void> {
  await post('/api/auth/logout')
  keepToken(undefined)
  queryClient.setQueryData(ACCOUNT, null)
  forget()
}

/** Drops what was asked for as somebody else. */
const forget = () =>
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ACCOUNT[0] })

export const accountChanged = (): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: ACCOUNT })
