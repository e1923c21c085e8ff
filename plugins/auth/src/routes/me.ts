import { route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { Account } from '../accounts/account.js'
import { fullName } from '../accounts/full-name.js'
import type { Services } from '../services.js'
import { currentAccount } from './current-account.js'
import { account } from './answers.js'

/** Who is logged in. */
export const meRoutes = (services: Services): Route[] => [
  route({
    method: 'GET',
    path: '/api/auth/me',
    auth: 'user',
    summary: 'Who is logged in',
    response: account,
    handler: async ({ identity }) => viewOf(await currentAccount(identity, services)),
  }),
  route({
    method: 'PATCH',
    path: '/api/auth/me',
    auth: 'user',
    summary: 'Change what people may change of themselves: their name',
    body: z.object({ fullName: fullName.nullable().optional() }),
    response: account,
    async handler({ identity, body }) {
      const { db, accounts } = services
      if (body.fullName !== undefined) {
        const { fullName } = body
        await db.transaction((tx) => accounts.change(tx, identity.userId, { fullName }))
      }
      return viewOf(await currentAccount(identity, services))
    },
  }),
]

/** An account as its owner sees it. */
const viewOf = (account: Account) => ({
  id: account.id,
  email: account.email,
  emailVerified: account.emailVerifiedAt !== null,
  fullName: account.fullName,
  isSuperuser: account.isSuperuser,
  hasPassword: account.hashedPassword !== null,
  hasGithub: account.githubId !== null,
  createdAt: account.createdAt,
})
