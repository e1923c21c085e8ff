import type { Client } from '../client.js'
import { AuthErrors } from '../errors.js'
import type { LimitedRequest } from '../limits/limits.js'
import type { Services } from '../services.js'
import type { AccessToken } from '../tokens/access-tokens.js'

export interface Renewed extends AccessToken {
  refreshToken: string
  /** Seconds until the session ends for good. */
  secondsLeft: number
}

/**
 * Renews a session's tokens. A token that was used long ago is in two hands, so its session ends.
 *
 * @throws REFRESH_REFUSED, TOO_MANY_REQUESTS
 */
export async function refresh(
  token: string,
  { client, ...request }: LimitedRequest & { client: Client },
  { db, refreshTokens, accessTokens, sessions, limits, audit }: Services,
): Promise<Renewed> {
  // Before the token is used, so that a refused client can come again with the same one.
  const owner = await refreshTokens.sessionOf(db, token)
  await limits.countRefresh(owner?.userId, request)
  const rotation = await db.transaction(async (tx) => {
    const rotation = await refreshTokens.rotate(tx, token)
    if (rotation.outcome === 'reused') {
      const { userId, sessionId } = rotation.session
      await sessions.end(tx, userId, sessionId, 'reuse')
      await audit.record(tx, {
        action: 'session.refresh_reused',
        subjectId: userId,
        caller: client,
        after: { sessionId },
      })
    }
    return rotation
  })
  if (rotation.outcome !== 'renewed') throw AuthErrors.REFRESH_REFUSED()
  const { session, refreshToken } = rotation
  return { ...accessTokens.issue(session), refreshToken, secondsLeft: session.secondsLeft }
}
