import { reply, route, SESSION_SCOPE, type Route } from '@titanforge/http'
import { z } from 'zod'
import { emailAddress } from '../accounts/email-address.js'
import { fullName } from '../accounts/full-name.js'
import { requestVerification, signUp } from '../accounts/sign-up.js'
import { verifyEmail } from '../accounts/verify-email.js'
import { clientOf } from '../client.js'
import { newPassword } from '../passwords/password.js'
import type { Services } from '../services.js'
import { currentAccount } from './current-account.js'
import { linkToken } from '../tokens/link-token.js'
import { accepted } from './answers.js'

/** From nobody to an account with a confirmed address. */
export const registrationRoutes = (services: Services): Route[] => [
  route({
    method: 'POST',
    path: '/api/auth/register',
    auth: 'none',
    summary: 'Make an account; the answer is the same for an address that has one',
    body: z.object({ email: emailAddress, password: newPassword, fullName: fullName.optional() }),
    response: accepted,
    async handler(ctx) {
      await services.limits.countRequest('register', ctx)
      await signUp(ctx.body, clientOf(ctx), services)
      return reply(202, { status: 'accepted' })
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/verify',
    auth: 'none',
    summary: 'Confirm an address with the token of a mail',
    body: z.object({ token: linkToken }),
    response: z.object({ status: z.literal('verified') }),
    async handler(ctx) {
      await services.limits.countRequest('verify', ctx)
      await verifyEmail(ctx.body.token, clientOf(ctx), services)
      return { status: 'verified' }
    },
  }),
  route({
    method: 'POST',
    path: '/api/auth/verify/resend',
    auth: 'user',
    scopes: [SESSION_SCOPE],
    summary: 'Mail the link that confirms the address once more',
    response: accepted,
    async handler({ identity }) {
      const { limits, db } = services
      const account = await currentAccount(identity, services)
      if (!account.emailVerifiedAt && (await limits.mayMail(account.id))) {
        await db.transaction((tx) => requestVerification(tx, account, services))
      }
      return reply(202, { status: 'accepted' })
    },
  }),
]
