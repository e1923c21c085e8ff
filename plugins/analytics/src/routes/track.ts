import type { EventBus } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { reply, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import { tracked } from '../events.js'
import { taken } from './answers.js'

const OLDEST_MS = 7 * 24 * 3600 * 1000
/** By which a client's clock may be ahead. */
const AHEAD_MS = 5 * 60 * 1000

const value = z.union([z.string().max(500), z.number(), z.boolean()])

const event = (types: readonly string[]) =>
  z.object({
    /** The client's own id: an event that is sent again counts once. */
    id: z.string().min(1).max(100),
    type: z.string().refine((type) => types.includes(type), {
      message: `must be one of ${types.join(', ')}; others are allowed by configuration`,
    }),
    /** When it happened; now, if left out. */
    at: z.iso.datetime().refine(isRecent, 'must be within the last seven days').optional(),
    properties: z
      .record(z.string().max(50), value)
      .refine((all) => Object.keys(all).length <= 20, 'at most 20 properties')
      .default({}),
  })

function isRecent(at: string): boolean {
  const age = Date.now() - Date.parse(at)
  return age >= -AHEAD_MS && age <= OLDEST_MS
}

/** Takes what the front end tells. */
export function trackRoute(db: Database, bus: EventBus, types: readonly string[]): Route {
  return route({
    method: 'POST',
    path: '/api/analytics/events',
    auth: 'user',
    summary: 'Events of the front end, at most 100; each client id counts once',
    body: z.object({ events: z.array(event(types)).min(1).max(100) }),
    response: taken,
    handler: async ({ body, identity: { userId } }) => {
      const messages = body.events.map(({ id, type, at, properties }) => ({
        payload: { userId, type, properties },
        source: 'front_end',
        // Another user's ids are none of this one's.
        externalId: `${userId}:${id}`,
        ...(at !== undefined && { occurredAt: new Date(Math.min(Date.parse(at), Date.now())) }),
      }))
      const published = await db.transaction((tx) => bus.publishAll(tx, tracked, messages))
      const duplicates = published.filter(({ duplicate }) => duplicate).length
      return reply(202, { accepted: published.length - duplicates, duplicates })
    },
  })
}
