import type { EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { AccessToken, AccessTokens } from './access-tokens.js'
import type { Accounts } from './accounts.js'
import { loggedIn } from './contract.js'
import { AuthErrors } from './errors.js'
import { matchesPassword } from './password.js'

interface Services {
  db: Database
  bus: EventBus
  accounts: Accounts
  tokens: AccessTokens
}

/** @throws CREDENTIALS_INVALID, which does not tell whether the account exists. */
export async function logIn(
  { email, password }: { email: string; password: string },
  { db, bus, accounts, tokens }: Services,
): Promise<AccessToken> {
  const account = await accounts.byEmail(email)
  const matches = await matchesPassword(password, account?.hashedPassword)
  if (!account?.isActive || !matches) throw AuthErrors.CREDENTIALS_INVALID()
  await db.transaction(async (tx) => {
    await bus.publish(tx, loggedIn, { userId: account.id })
  })
  return tokens.issue(account.id)
}
