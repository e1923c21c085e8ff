import { defineEvent } from '@titanforge/core'
import { z } from 'zod'

const userId = z.uuid()
const about = {
  key: (payload: { userId: string | null }) => payload.userId ?? undefined,
  userId: (payload: { userId: string | null }) => payload.userId ?? undefined,
}

/** Somebody called a route of the API. */
export const apiCalled = defineEvent({
  name: 'analytics.api_called',
  version: 1,
  schema: z.object({
    userId,
    /** Method and pattern, such as `GET /api/runs/:id`. */
    route: z.string().min(1),
    status: z.number().int(),
    /** Milliseconds. */
    durationMs: z.number(),
  }),
  ...about,
})

/** An agent has finished a run, its own or a part of another's. */
export const agentRunEnded = defineEvent({
  name: 'analytics.agent_run_ended',
  version: 1,
  schema: z.object({
    /** Null for the application's own work. */
    userId: userId.nullable(),
    runId: z.string(),
    agent: z.string().min(1),
    status: z.enum(['succeeded', 'failed', 'cancelled']),
    /** Milliseconds. */
    durationMs: z.number(),
  }),
  ...about,
})

/** Somebody did something in the front end. */
export const tracked = defineEvent({
  name: 'analytics.tracked',
  version: 1,
  schema: z.object({
    userId,
    /** One of the configured types. */
    type: z.string(),
    properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  ...about,
})

/** What a week came to, for one of those who run the application. */
export const weeklyReported = defineEvent({
  name: 'analytics.weekly_reported',
  version: 1,
  schema: z.object({
    userId,
    /** The first moment of the week, in UTC. */
    weekStart: z.iso.datetime(),
    /** Figures as people read them, such as `["MRR", "$1,280.00"]`. */
    figures: z.array(z.tuple([z.string(), z.string()])),
    /** MRR by day, as a picture; none where there was no revenue yet. */
    chart: z
      .object({
        /** PNG, as base64. */
        png: z.base64(),
        /** What the picture shows, for those who do not see it. */
        alt: z.string(),
      })
      .optional(),
  }),
  ...about,
})
