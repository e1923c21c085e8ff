import { setTimeout as delay } from 'node:timers/promises'
import { reply, route, SESSION_SCOPE, type Route } from '@titanforge/http'
import { z } from 'zod'
import { emailAddress } from '../accounts/email-address.js'
import { proveOwner } from '../accounts/prove-owner.js'
import { clientOf } from '../client.js'
import { changePassword, forgotPassword, resetPassword } from '../passwords/change-password.js'
import { newPassword, password } from '../passwords/password.js'
import type { Services } from '../services.js'
import { linkToken } from '../tokens/link-token.js'
import { currentAccount } from './current-account.js'
import { currentSession } from './current-session.js'
import { accepted, accessToken, changed } from './answers.js'

// Longer than it takes to write a link, so that the time does not tell who has an account.
const FORGOT_MS = 200

const revokeKeys = z.boolean().default(false).describe('Whether the API keys are revoked too.')

/** A password that is to be another. */
export const passwordRoutes = (services: Services): Route[] => [
  route({
    method: 'POST',
    path: '/api/auth/password/forgot',
    auth: 'none',
    summary: 'Mail a link to set a new password; the answer is the same for an unknown address',
    body: z.object({ email: emailAddress }),
    response: accepted,
    async handler(ctx) {
      await services.limits.countRequest('forgot', ctx)
      await Promise.all([forgotPassword(ctx.body.email, services), delay(FORGOT_MS)])
      return reply(202, { status: 'accepted' })
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/password/reset',
    auth: 'none',
    summary: 'Set a new password with the token of a mail, and end every session',
    body: z.object({ token: linkToken, password: newPassword, revokeKeys }),
    response: changed,
    async handler(ctx) {
      await services.limits.countRequest('reset', ctx)
      await resetPassword(ctx.body, clientOf(ctx), services)
      return { status: 'changed' }
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/password',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'Change the password, and end every other session',
    body: z.object({ currentPassword: password.optional(), newPassword, revokeKeys }),
    response: accessToken,
    async handler(ctx) {
      const { ip, setHeader, identity, body } = ctx
      const client = clientOf(ctx)
      const account = await currentAccount(identity, services)
      const sessionId = currentSession(identity)
      // Who has a password has to know it; a log-in of a moment ago is for those who have none.
      const proof =
        account.hashedPassword === null
          ? { sessionId }
          : { sessionId: undefined, currentPassword: body.currentPassword }
      await proveOwner(account, proof, { ip, setHeader }, services)
      const change = { password: body.newPassword, revokeKeys: body.revokeKeys }
      return changePassword(sessionId, change, client, services)
    },
  }),
]
