import type { Observer } from '@titanforge/core'
import type { EventRecorder } from '@titanforge/events'
import { z } from 'zod'
import { agentRunEnded } from '../events.js'

const uuid = z.uuid()

/** Records how each run of an agent ended. */
export const agentRuns = (recorder: EventRecorder): Observer => ({
  ended({ kind, definition, ctx }, { status, durationMs }) {
    if (kind !== 'agent') return
    // Applications without accounts may name their users as they like.
    const { data: userId = null } = uuid.safeParse(ctx.principal?.userId)
    const { runId } = ctx
    recorder.record(agentRunEnded, { userId, runId, agent: definition.name, status, durationMs })
  },
})
