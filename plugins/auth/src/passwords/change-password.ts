import type { Transaction } from '@titanforge/core'
import { HttpErrors } from '@titanforge/http'
import { isSameAddress } from '../accounts/email-address.js'
import { lockOwner } from '../accounts/lock-owner.js'
import type { Client } from '../client.js'
import { AuthErrors } from '../errors.js'
import { emailVerified, passwordChanged, resetRequested } from '../events.js'
import type { Services } from '../services.js'
import type { AccessToken } from '../tokens/access-tokens.js'

export interface NewPassword {
  password: string
  /** Whether the API keys go too. Programs depend on them, and a forgotten password tells nobody a key. */
  revokeKeys: boolean
}

/**
 * Changes the password of somebody who is logged in, and ends every other session.
 *
 * @throws UNAUTHENTICATED where the session ended while the password was hashed; PASSWORD_QUEUE_FULL
 */
export async function changePassword(
  sessionId: string,
  { password, revokeKeys }: NewPassword,
  client: Client,
  services: Services,
): Promise<AccessToken> {
  const hashedPassword = await services.hasher.hash(password)
  return services.db.transaction(async (tx) => {
    const account = await lockOwner(tx, sessionId, services)
    if (!account) throw HttpErrors.UNAUTHENTICATED()
    const { id: userId, tokenVersion } = account
    const change = { hashedPassword, revokeKeys, how: 'change', except: sessionId } as const
    await setPassword(tx, userId, change, client, services)
    // The version went up, and the session goes on.
    return services.accessTokens.issue({ userId, sessionId, version: tokenVersion + 1 })
  })
}

/** Sends a link to somebody who forgot their password; to nobody where the address has no account. */
export async function forgotPassword(email: string, services: Services): Promise<void> {
  const { db, bus, accounts, oneTimeTokens, limits } = services
  const account = await accounts.byEmail(email)
  if (!account?.isActive || !(await limits.mayMail(account.id))) return
  await db.transaction(async (tx) => {
    const { id: userId, email } = account
    const linkId = await oneTimeTokens.issue(tx, 'reset', { userId, email })
    await bus.publish(tx, resetRequested, { userId, linkId, email })
  })
}

/**
 * Sets a new password by a link, and ends every session. Whoever has the link has the address, so that is
 * confirmed too.
 *
 * @throws LINK_INVALID
 */
export async function resetPassword(
  { token, password, revokeKeys }: NewPassword & { token: string },
  client: Client,
  services: Services,
): Promise<void> {
  const { db, bus, accounts, oneTimeTokens, hasher, limits } = services
  // Before the hash: guessing costs us nothing.
  if (!(await oneTimeTokens.isGood('reset', token))) throw AuthErrors.LINK_INVALID()
  const hashedPassword = await hasher.hash(password)
  const email = await db.transaction(async (tx) => {
    const { userId, email } = await oneTimeTokens.redeem(tx, 'reset', token)
    const account = await accounts.lock(tx, userId)
    if (!account?.isActive || !isSameAddress(account.email, email)) throw AuthErrors.LINK_INVALID()
    const change = { hashedPassword, revokeKeys, how: 'reset' } as const
    await setPassword(tx, userId, change, client, services)
    if (!account.emailVerifiedAt) {
      await accounts.change(tx, userId, { emailVerifiedAt: new Date() })
      await bus.publish(tx, emailVerified, { userId, email })
    }
    return email
  })
  await limits.forgetFailures(email)
}

interface PasswordChange {
  hashedPassword: string
  revokeKeys: boolean
  how: 'change' | 'reset'
  /** The session that goes on. */
  except?: string
}

async function setPassword(
  tx: Transaction,
  userId: string,
  { hashedPassword, revokeKeys, how, except }: PasswordChange,
  client: Client,
  { bus, accounts, sessions, keys, oneTimeTokens, audit }: Services,
): Promise<void> {
  await accounts.change(tx, userId, { hashedPassword, tokensVoid: true })
  await sessions.endAll(tx, userId, 'password', except)
  if (revokeKeys) await keys.revokeAll(tx, userId, client)
  // Links that somebody else may have asked for: to set a password, and to move the account away.
  await oneTimeTokens.void(tx, userId, 'reset', 'change_email')
  await bus.publish(tx, passwordChanged, { userId, how, at: new Date().toISOString() })
  await audit.record(tx, {
    action: 'password.changed',
    actorId: userId,
    subjectId: userId,
    caller: client,
    after: { how },
  })
}
