import type { EventBus } from '@titanforge/core'
import { route, type AuditTrail, type Route } from '@titanforge/http'
import { z } from 'zod'
import { deadLetters as deadLetterPage, discarded, redriven } from './answers.js'
import { record } from './record.js'
import { text } from './text.js'

/** The time and the id of a dead letter. */
const cursor = z.string().transform((text, ctx) => {
  const [, at, id] = /^([^_\0]+)_([^\0]{1,300})$/.exec(text) ?? []
  if (at !== undefined && id !== undefined && z.iso.datetime().safeParse(at).success)
    return { at: new Date(at), id }
  ctx.addIssue('must be the time and the id of a dead letter, with an underscore between them')
  return z.NEVER
})

const ids = z.array(text(100)).min(1).max(1000)

/** What consumers gave up on, for those who run the application. */
export const deadLetterRoutes = ({ deadLetters }: EventBus, trail?: AuditTrail): Route[] => [
  route({
    method: 'GET',
    path: '/api/admin/dead-letters',
    auth: 'superuser',
    summary:
      'The events that consumers gave up on, oldest first; "after" is `at` and `id` of the last one of the page before, joined by "_"',
    query: z.object({
      consumer: text(200).optional(),
      after: cursor.optional(),
      limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
    }),
    response: deadLetterPage,
    handler: async ({ query }) => ({ deadLetters: await deadLetters.list(query) }),
  }),
  route({
    method: 'POST',
    path: '/api/admin/dead-letters/redrive',
    auth: 'superuser',
    summary: 'Have consumers try these events again',
    body: z.object({ ids }),
    response: redriven,
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
    response: discarded,
    async handler(ctx) {
      const { ids, reason } = ctx.body
      await record(trail, ctx, 'dead_letters.discard_requested', ctx.body)
      return { discarded: await deadLetters.discard({ ids }, reason) }
    },
  }),
]
