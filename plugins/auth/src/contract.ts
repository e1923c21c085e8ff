import { defineEvent, token, type Transaction } from '@titanforge/core'
import { z } from 'zod'

export interface User {
  id: string
  email: string
  fullName: string | null
}

/** The accounts of the application. */
export interface Users {
  find(id: string): Promise<User | undefined>
  findByEmail(email: string): Promise<User | undefined>
  /** Makes an account without a password, for operators' commands; the existing one where the address is taken. */
  ensure(tx: Transaction, account: { email: string; fullName?: string }): Promise<User>
}
export const Users = token<Users>('Users')

/** Somebody made an account. */
export const signedUp = defineEvent({
  name: 'auth.signed_up',
  version: 1,
  schema: z.object({ userId: z.uuid(), email: z.string() }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})

/** Somebody logged in with their password. */
export const loggedIn = defineEvent({
  name: 'auth.logged_in',
  version: 1,
  schema: z.object({ userId: z.uuid() }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})
