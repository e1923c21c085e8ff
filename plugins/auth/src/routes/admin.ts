import { route, type Route } from '@titanforge/http'
import { z } from 'zod'
import { setRights } from '../accounts/administrate.js'
import { clientOf, type Client } from '../client.js'
import { AuthErrors } from '../errors.js'
import type { Services } from '../services.js'
import { auditEntries, rights, users } from './answers.js'

const limit = z.coerce.number<string>().int().min(1).max(200).default(50)

/** Accounts, for those who run the application. Looking is recorded too. */
export const adminRoutes = (services: Services): Route[] => [
  route({
    method: 'GET',
    path: '/api/admin/users',
    auth: 'superuser',
    summary: 'The accounts, newest first; "before" is the id of the last one of the page before',
    query: z.object({ limit, before: z.uuid().optional() }),
    response: users,
    async handler(ctx) {
      const users = await services.accounts.list(ctx.query)
      await note('admin.users_read', ctx, services)
      return { users }
    },
  }),
  route({
    method: 'GET',
    path: '/api/admin/audit',
    auth: 'superuser',
    summary: 'What was done, newest first; "before" is the id of the last one of the page before',
    query: z.object({
      limit,
      before: z
        .string()
        .regex(/^\d{1,18}$/)
        .optional(),
    }),
    response: auditEntries,
    async handler(ctx) {
      const entries = await services.audit.list(ctx.query)
      await note('admin.audit_read', ctx, services)
      return { entries }
    },
  }),
  route({
    method: 'POST',
    path: '/api/admin/users/:id',
    auth: 'superuser',
    summary: 'Change what an account may do: whether it is active, and whether a superuser',
    params: z.object({ id: z.string() }),
    body: z.object({ isActive: z.boolean().optional(), isSuperuser: z.boolean().optional() }),
    response: rights,
    async handler(ctx) {
      const { id } = ctx.params
      const by = { actorId: ctx.identity.userId, caller: clientOf(ctx) }
      await setRights(id, ctx.body, by, services)
      const account = await services.accounts.byId(id)
      if (!account) throw AuthErrors.ACCOUNT_NOT_FOUND()
      const { isActive, isSuperuser, email } = account
      return { id, email, isActive, isSuperuser }
    },
  }),
]

const note = (
  action: string,
  ctx: Parameters<typeof clientOf>[0] & { identity: { userId: string } },
  { audit, db }: Services,
) => {
  const caller: Client = clientOf(ctx)
  return audit.record(db, { action, actorId: ctx.identity.userId, caller })
}
