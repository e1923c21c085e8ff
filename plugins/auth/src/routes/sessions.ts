import { reply, route, SESSION_SCOPE, type Route } from '@titanforge/http'
import { z } from 'zod'
import { clientOf } from '../client.js'
import { AuthErrors } from '../errors.js'
import type { Services } from '../services.js'
import { session } from './answers.js'

/** Where somebody is logged in. */
export const sessionRoutes = ({ db, sessions, audit }: Services): Route[] => [
  route({
    method: 'GET',
    path: '/api/auth/sessions',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'The sessions of the caller that are on',
    response: z.object({ sessions: z.array(session) }),
    async handler({ identity: { userId, sessionId } }) {
      const found = await sessions.list(userId)
      return { sessions: found.map((one) => ({ ...one, isCurrent: one.id === sessionId })) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/auth/sessions',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'End every session but this one',
    response: z.object({ ended: z.int() }),
    async handler(ctx) {
      const { userId, sessionId } = ctx.identity
      const ended = await db.transaction(async (tx) => {
        const ended = await sessions.endAll(tx, userId, 'revoked', sessionId)
        await audit.record(tx, {
          action: 'session.others_ended',
          actorId: userId,
          subjectId: userId,
          caller: clientOf(ctx),
          after: { ended },
        })
        return ended
      })
      return { ended }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/auth/sessions/:id',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'End a session',
    params: z.object({ id: z.string() }),
    async handler(ctx) {
      const { userId } = ctx.identity
      const { id } = ctx.params
      await db.transaction(async (tx) => {
        const ended = await sessions.end(tx, userId, id, 'revoked')
        if (!ended) throw AuthErrors.SESSION_NOT_FOUND()
        await audit.record(tx, {
          action: 'session.ended',
          actorId: userId,
          subjectId: userId,
          caller: clientOf(ctx),
          after: { sessionId: id, reason: 'revoked' },
        })
      })
      return reply(204)
    },
  }),
]
