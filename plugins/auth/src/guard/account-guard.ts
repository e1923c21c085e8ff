import type { Guard } from '@titanforge/http'
import type { AccessTokens } from './access-tokens.js'
import type { Accounts } from './accounts.js'

/** Knows people by their access token, and asks the database what they may do now. */
export function bearerGuard(tokens: AccessTokens, accounts: Accounts): Guard {
  return {
    async identify(authorization) {
      const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
      const userId = token && tokens.verify(token)
      const account = userId ? await accounts.byId(userId) : undefined
      if (!account?.isActive) return undefined
      return { userId: account.id, isSuperuser: account.isSuperuser }
    },
  }
}
