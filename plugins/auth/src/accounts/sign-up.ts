import type { Transaction } from '@titanforge/core'
import type { Client } from '../client.js'
import type { User } from '../contract.js'
import { registrationRepeated, signedUp, verificationRequested } from '../events.js'
import type { Services } from '../services.js'

export interface SignUp {
  email: string
  password: string
  fullName?: string | undefined
}

/**
 * Makes an account and asks its owner to confirm the address. Where the address is taken, nothing changes,
 * in the same time, and the owner gets a mail.
 *
 * @throws PASSWORD_QUEUE_FULL
 */
export async function signUp(
  { email, password, fullName }: SignUp,
  client: Client,
  services: Services,
): Promise<void> {
  const { db, bus, accounts, hasher, audit } = services
  const hashedPassword = await hasher.hash(password)
  await db.transaction(async (tx) => {
    const user = await accounts.insert(tx, { email, hashedPassword, fullName })
    if (!user) {
      const { id } = await accounts.ensure(tx, { email })
      await bus.publish(tx, registrationRepeated, { userId: id, at: new Date().toISOString() })
      return
    }
    await bus.publish(tx, signedUp, { userId: user.id, email: user.email })
    await audit.record(tx, {
      action: 'account.created',
      actorId: user.id,
      subjectId: user.id,
      caller: client,
    })
    await requestVerification(tx, user, services)
  })
}

/** Sends the link that confirms an address. */
export async function requestVerification(
  tx: Transaction,
  { id: userId, email }: User,
  { oneTimeTokens, bus }: Services,
): Promise<void> {
  const linkId = await oneTimeTokens.issue(tx, 'verify', { userId, email })
  await bus.publish(tx, verificationRequested, { userId, linkId, email })
}
