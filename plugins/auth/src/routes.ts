import type { EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { HttpErrors, reply, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { AccessTokens } from './access-tokens.js'
import type { Accounts } from './accounts.js'
import { emailAddress } from './email-address.js'
import { logIn } from './log-in.js'
import { newPassword, password } from './password.js'
import { signUp } from './sign-up.js'

interface Services {
  db: Database
  bus: EventBus
  accounts: Accounts
  tokens: AccessTokens
}

// No control characters: a name ends up in the headers of mails.
const fullName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters')

export function authRoutes(services: Services): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/auth/register',
      auth: 'none',
      summary: 'Make an account; the answer is the same for an address that has one',
      body: z.object({ email: emailAddress, password: newPassword, fullName: fullName.optional() }),
      async handler({ body }) {
        await signUp(body, services)
        return reply(202, { status: 'accepted' })
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/login',
      auth: 'none',
      summary: 'Log in with a password',
      body: z.object({ email: emailAddress, password }),
      handler: ({ body }) => logIn(body, services),
    }),
    route({
      method: 'GET',
      path: '/api/auth/me',
      auth: 'user',
      summary: 'Who is logged in',
      async handler({ identity }) {
        const account = await services.accounts.byId(identity.userId)
        if (!account) throw HttpErrors.UNAUTHENTICATED()
        const { id, email, fullName, isSuperuser, createdAt } = account
        return { id, email, fullName, isSuperuser, createdAt }
      },
    }),
  ]
}
