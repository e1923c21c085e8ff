import type { Client } from '../client.js'
import { AuthErrors } from '../errors.js'
import { emailVerified } from '../events.js'
import type { Services } from '../services.js'
import { isSameAddress } from './email-address.js'

/**
 * Confirms an address by the link that went there.
 *
 * @throws LINK_INVALID
 */
export function verifyEmail(token: string, client: Client, services: Services): Promise<void> {
  const { db, bus, accounts, oneTimeTokens, audit } = services
  return db.transaction(async (tx) => {
    const { userId, email } = await oneTimeTokens.redeem(tx, 'verify', token)
    const account = await accounts.lock(tx, userId)
    // The account may have moved to another address since.
    if (!account || !isSameAddress(account.email, email)) throw AuthErrors.LINK_INVALID()
    if (account.emailVerifiedAt) return
    await accounts.change(tx, userId, { emailVerifiedAt: new Date() })
    await bus.publish(tx, emailVerified, { userId, email })
    await audit.record(tx, {
      action: 'email.verified',
      actorId: userId,
      subjectId: userId,
      caller: client,
    })
  })
}
