import { defineEvent } from '@titanforge/core'
import { z } from 'zod'

const userId = z.uuid().nullable()
const about = {
  key: (payload: { runId: string }) => payload.runId,
  userId: (payload: { userId: string | null }) => payload.userId ?? undefined,
}

/** The command to start a run, such as "do a Micro-Feature Development for user X, task Y". */
export const workflowRequested = defineEvent({
  name: 'workflow.requested',
  version: 1,
  schema: z.object({
    /** The workflow's name. */
    workflow: z.string(),
    /** For whom; null for the application's own work. */
    userId,
    input: z.unknown(),
  }),
  key: (payload) => payload.userId ?? undefined,
  userId: about.userId,
})

/** A run has begun: it has a slot among those of its customer. */
export const runStarted = defineEvent({
  name: 'workflow.started',
  version: 1,
  schema: z.object({
    runId: z.uuid(),
    userId,
    /** The workflow's name; for an agent that a customer has called, `agent:` and its name. */
    workflow: z.string(),
    version: z.number().int(),
  }),
  ...about,
})

/** A step of a run has its outcome, which the journal has. */
export const stepCompleted = defineEvent({
  name: 'workflow.step_completed',
  version: 1,
  schema: z.object({
    runId: z.uuid(),
    userId,
    workflow: z.string(),
    step: z.string(),
    kind: z.enum(['tool', 'agent', 'timer', 'event', 'person', 'compensation']),
    status: z.enum(['succeeded', 'failed', 'cancelled']),
  }),
  ...about,
})

/** A run is over. */
export const runFinished = defineEvent({
  name: 'workflow.finished',
  version: 1,
  schema: z.object({
    runId: z.uuid(),
    userId,
    workflow: z.string(),
    version: z.number().int(),
    status: z.enum(['succeeded', 'failed', 'cancelled']),
    /** Why it failed, as its customer may read it. */
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
  ...about,
})

/**
 * A run is to go on. The engine's own: its delivery is what makes one process, whichever, do the next step.
 */
export const runWoken = defineEvent({
  name: 'workflow.woken',
  version: 1,
  schema: z.object({
    runId: z.uuid(),
    userId,
    generation: z.number().int(),
    /** The step that is to be done, or whose time has come; null for the run as a whole. */
    step: z.string().nullable(),
    /** The event that the step has waited for. */
    eventId: z.uuid().nullable(),
  }),
  ...about,
})

export const events = [workflowRequested, runStarted, stepCompleted, runFinished, runWoken]
