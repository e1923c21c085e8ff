import { reply, route, SESSION_SCOPE, type Route } from '@titanforge/http'
import { z } from 'zod'
import { confirmEmailChange, requestEmailChange } from '../accounts/change-email.js'
import { emailAddress } from '../accounts/email-address.js'
import { proveOwner } from '../accounts/prove-owner.js'
import { clientOf } from '../client.js'
import { password } from '../passwords/password.js'
import type { Services } from '../services.js'
import { linkToken } from '../tokens/link-token.js'
import { accepted, changed } from './answers.js'
import { currentAccount } from './current-account.js'
import { currentSession } from './current-session.js'

/** An account that moves to another address. */
export const emailRoutes = (services: Services): Route[] => [
  route({
    method: 'POST',
    path: '/api/auth/email',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'Mail a link to a new address, which becomes the account’s when it is confirmed',
    body: z.object({ email: emailAddress, currentPassword: password.optional() }),
    response: accepted,
    async handler(ctx) {
      const { ip, setHeader, identity, body } = ctx
      const client = clientOf(ctx)
      const account = await currentAccount(identity, services)
      const sessionId = currentSession(identity)
      const { currentPassword } = body
      const request = { ip, setHeader }
      await proveOwner(account, { currentPassword, sessionId }, request, services)
      if (await services.limits.mayMail(account.id)) {
        await requestEmailChange(sessionId, body.email, client, services)
      }
      return reply(202, { status: 'accepted' })
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/email/confirm',
    auth: 'none',
    summary: 'Confirm the new address with the token of a mail; the old address is told',
    body: z.object({ token: linkToken }),
    response: changed,
    async handler(ctx) {
      await services.limits.countRequest('email', ctx)
      await confirmEmailChange(ctx.body.token, clientOf(ctx), services)
      return { status: 'changed' }
    },
  }),
]
