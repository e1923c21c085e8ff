import { CoreErrors, type Entitlements } from '@titanforge/core'
import { reply, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import type { Engine } from '../engine/engine.js'
import { startRun } from '../engine/start-run.js'
import { readRun } from '../journal/read.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { presentRun } from './present.js'

/** What there is to start, and its start. */
export const workflowRoutes = (engine: Engine, entitlements: Entitlements): Route[] => [
  route({
    method: 'GET',
    path: '/api/workflows',
    auth: 'user',
    summary: 'The workflows that can be started',
    handler: () => ({
      workflows: engine.catalogue.newest().map(({ name, version, description, requires }) => ({
        name,
        version,
        description,
        requires,
      })),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/workflows/:name/runs',
    auth: 'user',
    summary: 'Start a run of a workflow; it begins when the customer has a slot for it',
    params: z.object({ name: z.string() }),
    body: z.object({ input: z.unknown() }),
    async handler({ params, body, identity: { userId } }) {
      const workflow = engine.catalogue.get(params.name)
      await refuseUnpaid(entitlements, userId, workflow)
      const { queuedRuns } = engine.config
      const { input } = body
      const run = { workflow, input, userId, requestedBy: 'api' as const, queuedRuns }
      const id = await startRun(engine, run)
      const row = await readRun(engine.db, id)
      return reply(202, row && presentRun(row), { Location: `/api/runs/${id}` })
    },
  }),
]

/** @throws NOT_ENTITLED */
async function refuseUnpaid(
  entitlements: Entitlements,
  userId: string,
  { name, requires }: AnyWorkflow,
): Promise<void> {
  for (const feature of requires) {
    const verdict = await entitlements.check({ userId }, feature)
    if (verdict.ok) continue
    const { code, upgradeUrl } = verdict
    const what = `The workflow "${name}"`
    throw CoreErrors.NOT_ENTITLED(
      { what, feature, reason: code },
      { details: { feature, code, upgradeUrl } },
    )
  }
}
