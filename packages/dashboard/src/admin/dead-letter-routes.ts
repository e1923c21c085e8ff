import type { EventBus } from '@titanforge/core'
import { route, type AuditTrail, type Route } from '@titanforge/http'
import { z } from 'zod'
import { record } from './record.js'
import { text } from './text.js'

const ids = z.array(text(100)).min(1).max(1000)

/** What consumers gave up on, for those who run the application. */
export const deadLetterRoutes = ({ deadLetters }: EventBus, trail?: AuditTrail): Route[] => [
  route({
    method: 'GET',
    path: '/api/admin/dead-letters',
    auth: 'superuser',
    summary: 'The events that consumers gave up on, oldest first',
    query: z.object({
      consumer: text(200).optional(),
      limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
    }),
    handler: async ({ query: { consumer, limit } }) => ({
      deadLetters: await deadLetters.list({ limit, ...(consumer !== undefined && { consumer }) }),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/admin/dead-letters/redrive',
    auth: 'superuser',
    summary: 'Have consumers try these events again',
    body: z.object({ ids }),
    async handler(ctx) {
      await record(trail, ctx, 'dead_letters.redrive_requested', ctx.body)
      return { redriven: await deadLetters.redrive(ctx.body) }
    },
  }),
  route({
    method: 'POST',
    path: '/api/admin/dead-letters/discard',
    auth: 'superuser',
    summary: 'Give these events up for good, and say why',
    body: z.object({ ids, reason: text(500).trim().min(1) }),
    async handler(ctx) {
      const { ids, reason } = ctx.body
      await record(trail, ctx, 'dead_letters.discard_requested', ctx.body)
      return { discarded: await deadLetters.discard({ ids }, reason) }
    },
  }),
]
