import { HttpErrors, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import { answerStep, resolveStep } from '../engine/answer-step.js'
import type { Engine } from '../engine/engine.js'
import { readSteps } from '../journal/read.js'
import { run } from './answers.js'
import { ownRun, stepParams } from './own-run.js'
import { accepted } from './runs.js'

/** What people tell runs. */
export const stepRoutes = (engine: Engine): Route[] => [
  route({
    method: 'POST',
    path: '/api/runs/:id/steps/:step/answer',
    auth: 'user',
    summary: 'Answer the question that a step waits for',
    params: stepParams,
    response: run,
    body: z.object({ answer: z.unknown() }),
    async handler({ params, body, identity }) {
      const row = await ownRun(engine, identity, params.id)
      const step = (await readSteps(engine.db, row)).find(({ name }) => name === params.step)
      const { by } = (step?.input ?? {}) as { by?: string }
      if (by === 'operator' && !identity.isSuperuser) throw HttpErrors.FORBIDDEN()
      await answerStep(engine, row.id, params.step, body.answer)
      return accepted(engine, row.id)
    },
  }),
  route({
    method: 'POST',
    path: '/api/runs/:id/steps/:step/resolve',
    auth: 'superuser',
    summary: 'Say what became of a step whose process ended before it could say',
    params: stepParams,
    response: run,
    body: z.discriminatedUnion('outcome', [
      z.object({ outcome: z.literal('succeeded'), output: z.unknown() }),
      z.object({ outcome: z.literal('failed') }),
      z.object({ outcome: z.literal('repeat') }),
    ]),
    async handler({ params, body, identity }) {
      const { id } = await ownRun(engine, identity, params.id)
      await resolveStep(engine, id, params.step, body)
      return accepted(engine, id)
    },
  }),
]
