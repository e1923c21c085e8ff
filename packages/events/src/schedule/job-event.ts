import { defineEvent, on, type EventType, type Schema, type Subscription } from '@titanforge/core'
import { z } from 'zod'
import type { Job } from './job.js'

export interface JobDue {
  /** ISO 8601, UTC. */
  dueAt: string
}

const schema: Schema<JobDue> = z.object({ dueAt: z.string() })

/** A job as an event and its consumer: so it is claimed, tried again, drained and given up like any other. */
export interface JobEvent {
  job: Job
  event: EventType<JobDue>
  subscription: Subscription
}

const RETRY = { limit: 3, baseSeconds: 5, maxSeconds: 300 }
const TIMEOUT_SECONDS = 3600

export function jobEvent(job: Job): JobEvent {
  const event = defineEvent({ name: `job.${job.name}`, version: 1, schema, key: () => job.name })
  const subscription = on(
    event,
    `job.${job.name}`,
    {
      prepare: ({ payload, signal, idempotencyKey, log }) =>
        job.run({ dueAt: new Date(payload.dueAt), signal, idempotencyKey, log }),
      commit: async () => undefined,
    },
    { order: 'key', retry: RETRY, timeoutSeconds: job.timeoutSeconds ?? TIMEOUT_SECONDS },
  )
  return { job, event, subscription }
}
