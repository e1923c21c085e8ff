import type { Transaction } from '@titanforge/core'
import type { Services } from '../services.js'
import type { Account } from './account.js'

/**
 * The account whose session it is, which nobody else changes before the transaction ends; undefined where
 * the session has ended or the account is disabled.
 *
 * For what somebody proved to be entitled to a moment ago: whoever sets a password or disables an account
 * locks it and ends its sessions, so a request that they overtook finds no session here.
 */
export async function lockOwner(
  tx: Transaction,
  sessionId: string,
  { accounts, sessions }: Pick<Services, 'accounts' | 'sessions'>,
): Promise<Account | undefined> {
  const userId = await sessions.ownerOf(tx, sessionId)
  const account = userId === undefined ? undefined : await accounts.lock(tx, userId)
  if (!account?.isActive) return undefined
  // Once more: the session may have ended while the lock was waited for.
  return (await sessions.ownerOf(tx, sessionId)) === undefined ? undefined : account
}
