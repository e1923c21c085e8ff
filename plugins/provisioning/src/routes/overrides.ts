import { route, type Route, type RouteContext } from '@titanforge/http'
import { z } from 'zod'
import type { Grants } from '../contract.js'
import type { By, Overrides } from '../entitlements/overrides.js'
import { ProvisioningErrors } from '../errors.js'
import { overridden } from './answers.js'

const named = z.object({
  id: z.uuid(),
  kind: z.enum(['features', 'limits']),
  name: z.string().regex(/^[\w.-]{1,30}$/),
})
const path = '/api/admin/users/:id/overrides/:kind/:name'

/** What superusers give customers, or take away, whatever was paid for. */
export const overrideRoutes = (overrides: Overrides, grants: Grants): Route[] => [
  route({
    method: 'GET',
    path: '/api/admin/users/:id/entitlements',
    auth: 'superuser',
    summary: 'What an account may do, and the overrides among it',
    params: named.pick({ id: true }),
    response: overridden,
    handler: ({ params: { id } }) => show(id, overrides, grants),
  }),
  route({
    method: 'PUT',
    path,
    auth: 'superuser',
    summary: 'Give an account a feature (value 1), take it away (0), or set a limit',
    params: named,
    body: z.object({
      value: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
      validUntil: z.iso.datetime({ offset: true }).nullable().default(null),
      reason: z.string().trim().min(1).max(500),
    }),
    response: overridden,
    async handler(ctx) {
      const { id, kind } = ctx.params
      if (kind === 'features' && ctx.body.value > 1) throw ProvisioningErrors.OVERRIDE_INVALID()
      const { value, reason, validUntil } = ctx.body
      const until = validUntil === null ? null : new Date(validUntil)
      await overrides.set(id, { ...nameOf(ctx), value, reason, validUntil: until }, by(ctx))
      return show(id, overrides, grants)
    },
  }),
  route({
    method: 'DELETE',
    path,
    auth: 'superuser',
    summary: 'Let what an account pays for decide again',
    params: named,
    response: overridden,
    async handler(ctx) {
      await overrides.clear(ctx.params.id, nameOf(ctx), by(ctx))
      return show(ctx.params.id, overrides, grants)
    },
  }),
]

const show = async (userId: string, overrides: Overrides, grants: Grants) => ({
  ...(await grants.of(userId)),
  overrides: await overrides.list(userId),
})

const nameOf = ({ params: { kind, name } }: { params: z.output<typeof named> }) => ({
  kind: kind === 'features' ? ('feature' as const) : ('limit' as const),
  feature: name,
})

type Asked = Pick<
  RouteContext<unknown, unknown, unknown, { userId: string }>,
  'identity' | 'ip' | 'requestId'
>

const by = ({ identity, ip, requestId }: Asked): By => ({
  actorId: identity.userId,
  caller: { ip, requestId },
})
