import type { Identity } from '@titanforge/http'
import type { Client } from '../client.js'
import type { Services } from '../services.js'

/** What somebody logs out with. */
export interface LogOut {
  identity: Identity | undefined
  refreshToken: string | undefined
}

/** Ends the sessions that the caller holds a token of. */
export async function logOut(
  { identity, refreshToken }: LogOut,
  client: Client,
  { db, sessions, refreshTokens, audit }: Services,
): Promise<void> {
  await db.transaction(async (tx) => {
    const held =
      refreshToken === undefined ? undefined : await refreshTokens.sessionOf(tx, refreshToken)
    for (const { userId, sessionId } of [identity, held].filter((one) => one !== undefined)) {
      if (sessionId === undefined) continue
      const ended = await sessions.end(tx, userId, sessionId, 'logout')
      if (!ended) continue
      await audit.record(tx, {
        action: 'session.ended',
        actorId: userId,
        subjectId: userId,
        caller: client,
        after: { sessionId, reason: 'logout' },
      })
    }
  })
}
