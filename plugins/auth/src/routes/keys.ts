import { reply, route, SESSION_SCOPE, type Route } from '@titanforge/http'
import { z } from 'zod'
import { fullName } from '../accounts/full-name.js'
import { clientOf } from '../client.js'
import { AuthErrors } from '../errors.js'
import { createKey } from '../keys/create-key.js'
import type { Services } from '../services.js'
import { currentSession } from './current-session.js'
import { apiKey } from './answers.js'

const newKey = z.object({
  name: fullName,
  /** `read`, `write`, `admin`, or what a plugin's routes ask for. */
  scopes: z
    .array(
      z
        .string()
        .regex(/^[a-z][a-z0-9_.:-]{0,63}$/, 'must be a scope such as read, write or admin')
        .refine((scope) => scope !== SESSION_SCOPE, 'cannot be given to a key'),
    )
    .min(1)
    .max(20)
    .default(['read']),
  /** Until when it is good; for ever, if left out. */
  expiresInDays: z.int().min(1).max(3650).optional(),
})

const MS_A_DAY = 86_400_000

/** Keys for programs, which only a person can make. */
export const keyRoutes = (services: Services): Route[] => [
  route({
    method: 'GET',
    path: '/api/auth/keys',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: "The caller's API keys",
    response: z.object({ keys: z.array(apiKey) }),
    handler: async ({ identity }) => ({
      keys: await services.keys.list(identity.userId),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/auth/keys',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'Make an API key, which is shown in this answer and never again',
    body: newKey,
    response: apiKey.extend({ key: z.string() }),
    async handler(ctx) {
      const { identity, body } = ctx
      const { name, scopes, expiresInDays } = body
      if (scopes.includes('admin') && !identity.isSuperuser) throw AuthErrors.KEY_SCOPE_REFUSED()
      const expiresAt =
        expiresInDays === undefined ? undefined : new Date(Date.now() + expiresInDays * MS_A_DAY)
      const key = { name, scopes, expiresAt }
      const made = await createKey(currentSession(identity), key, clientOf(ctx), services)
      return reply(201, made)
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/auth/keys/:id',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'Revoke an API key',
    params: z.object({ id: z.string() }),
    async handler(ctx) {
      const revoked = await services.keys.revoke(ctx.identity.userId, ctx.params.id, clientOf(ctx))
      if (!revoked) throw AuthErrors.KEY_NOT_FOUND()
      return reply(204)
    },
  }),
]
