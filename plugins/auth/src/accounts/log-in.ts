import type { Transaction } from '@titanforge/core'
import type { Client } from '../client.js'
import { AuthErrors } from '../errors.js'
import { loggedIn, loginFailed } from '../events.js'
import type { LimitedRequest } from '../limits/limits.js'
import { checkPassword } from '../passwords/check-password.js'
import type { Services } from '../services.js'
import type { LoginMethod } from '../sessions/sessions.js'
import type { AccessToken } from '../tokens/access-tokens.js'
import type { Account } from './account.js'

export interface LoggedIn extends AccessToken {
  refreshToken: string
}

/**
 * Logs in with a password.
 *
 * @throws CREDENTIALS_INVALID, which does not tell whether the account exists; TOO_MANY_REQUESTS,
 * PASSWORD_QUEUE_FULL
 */
export async function logIn(
  { email, password }: { email: string; password: string },
  request: LimitedRequest & { client: Client },
  services: Services,
): Promise<LoggedIn> {
  const { db, accounts } = services
  const account = await accounts.byEmail(email)
  const isRight = await checkPassword(account, { email, password }, request, services)
  if (!account || !isRight) {
    await fail(account, request.client, services)
    throw AuthErrors.CREDENTIALS_INVALID()
  }
  const rehashed = await rehash(account, password, services)
  return db.transaction(async (tx) => {
    const now = await accounts.lock(tx, account.id)
    // Disabled, or with another password, while the hash was compared.
    if (!now?.isActive || now.hashedPassword !== account.hashedPassword) {
      throw AuthErrors.CREDENTIALS_INVALID()
    }
    if (rehashed) await accounts.change(tx, account.id, { hashedPassword: rehashed })
    return startSession(tx, now, 'password', request.client, services)
  })
}

/** Begins a session of somebody who has shown who they are. */
export async function startSession(
  tx: Transaction,
  { id, tokenVersion }: Pick<Account, 'id' | 'tokenVersion'>,
  method: LoginMethod,
  client: Client,
  { sessions, accessTokens, bus, audit }: Services,
): Promise<LoggedIn> {
  const { sessionId, refreshToken } = await sessions.start(tx, id, method, client)
  await bus.publish(tx, loggedIn, { userId: id })
  await audit.record(tx, {
    action: 'session.started',
    actorId: id,
    subjectId: id,
    caller: client,
    after: { sessionId, method },
  })
  const access = accessTokens.issue({ userId: id, sessionId, version: tokenVersion })
  return { ...access, refreshToken }
}

/** The same work whether or not there is an account. */
function fail(account: Account | undefined, client: Client, { db, bus, audit }: Services) {
  return db.transaction(async (tx) => {
    await bus.publish(tx, loginFailed, { userId: account?.id ?? null })
    await audit.record(tx, { action: 'login.failed', subjectId: account?.id, caller: client })
  })
}

/** Only now is the password known in clear, to be hashed at today's cost. */
async function rehash(account: Account, password: string, { hasher }: Services) {
  const { hashedPassword } = account
  return hashedPassword && hasher.isOutdated(hashedPassword) ? hasher.hash(password) : undefined
}
