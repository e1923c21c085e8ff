import type { Guard } from '@titanforge/http'
import type { ApiKeys } from '../keys/api-keys.js'
import type { SessionStates } from '../sessions/session-states.js'
import type { AccessTokens } from '../tokens/access-tokens.js'

/** Knows people by their access token and programs by their API key, and asks the database what holds now. */
export function accountGuard(tokens: AccessTokens, states: SessionStates, keys: ApiKeys): Guard {
  return {
    async identify(authorization, caller) {
      const credential = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
      if (credential === undefined) return undefined
      const claims = tokens.verify(credential)
      if (!claims) return keys.identify(credential, caller)
      const { userId, sessionId, version } = claims
      const state = await states.find(sessionId)
      if (state?.userId !== userId || state.version !== version) return undefined
      return { userId, sessionId, isSuperuser: state.isSuperuser }
    },
  }
}
