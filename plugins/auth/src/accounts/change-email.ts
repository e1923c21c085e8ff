import { HttpErrors } from '@titanforge/http'
import type { Client } from '../client.js'
import { AuthErrors } from '../errors.js'
import { emailChanged, emailChangeRequested, registrationRepeated } from '../events.js'
import type { Services } from '../services.js'
import { lockOwner } from './lock-owner.js'

/**
 * Sends a link to the new address. An address that is taken gets a mail of another kind instead.
 *
 * @throws UNAUTHENTICATED where the session has ended since its owner proved to be one.
 */
export async function requestEmailChange(
  sessionId: string,
  email: string,
  client: Client,
  services: Services,
): Promise<void> {
  const { db, bus, accounts, oneTimeTokens, audit } = services
  const taken = await accounts.byEmail(email)
  const at = new Date().toISOString()
  await db.transaction(async (tx) => {
    const account = await lockOwner(tx, sessionId, services)
    if (!account) throw HttpErrors.UNAUTHENTICATED()
    const { id: userId } = account
    await audit.record(tx, {
      action: 'email.change_requested',
      actorId: userId,
      subjectId: userId,
      caller: client,
      after: { email },
    })
    if (taken) {
      if (taken.id !== userId) await bus.publish(tx, registrationRepeated, { userId: taken.id, at })
      return
    }
    const linkId = await oneTimeTokens.issue(tx, 'change_email', { userId, email })
    await bus.publish(tx, emailChangeRequested, { userId, linkId, email })
  })
}

/**
 * Moves an account to the address that the link went to, and tells the old one.
 *
 * @throws LINK_INVALID, EMAIL_TAKEN
 */
export async function confirmEmailChange(
  token: string,
  client: Client,
  { db, bus, accounts, oneTimeTokens, audit }: Services,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { userId, email } = await oneTimeTokens.redeem(tx, 'change_email', token)
    const account = await accounts.lock(tx, userId)
    if (!account?.isActive) throw AuthErrors.LINK_INVALID()
    try {
      await accounts.change(tx, userId, { email, emailVerifiedAt: new Date() })
    } catch (error) {
      if ((error as { constraint?: string }).constraint !== 'users_email') throw error
      throw AuthErrors.EMAIL_TAKEN(undefined, { cause: error })
    }
    // They went to the old address.
    await oneTimeTokens.void(tx, userId, 'reset', 'verify')
    await bus.publish(tx, emailChanged, {
      userId,
      from: account.email,
      to: email,
      at: new Date().toISOString(),
    })
    await audit.record(tx, {
      action: 'email.changed',
      actorId: userId,
      subjectId: userId,
      caller: client,
      before: { email: account.email },
      after: { email },
    })
  })
}
