import { CoreErrors, type Entitlements } from '@titanforge/core'
import { reply, type Reply } from '@titanforge/http'
import type { Engine } from '../engine/engine.js'
import { startRun } from '../engine/start-run.js'
import { readRun } from '../journal/read.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { presentRun } from './present.js'

/**
 * Starts a run that a customer asks for.
 *
 * @param what it is, for messages.
 * @throws NOT_ENTITLED, INPUT_INVALID, RUN_QUEUE_FULL
 */
export async function start(
  engine: Engine,
  entitlements: Entitlements,
  {
    what,
    workflow,
    input,
    userId,
  }: { what: string; workflow: AnyWorkflow; input: unknown; userId: string },
): Promise<Reply> {
  await refuseUnpaid(entitlements, userId, what, workflow.requires)
  const { queuedRuns } = engine.config
  const run = { workflow, input, userId, requestedBy: 'api' as const, queuedRuns }
  const id = await startRun(engine, run)
  const row = await readRun(engine.db, id)
  return reply(202, row && presentRun(row), { Location: `/api/runs/${id}` })
}

/** @throws NOT_ENTITLED */
async function refuseUnpaid(
  entitlements: Entitlements,
  userId: string,
  what: string,
  requires: readonly string[],
): Promise<void> {
  for (const feature of requires) {
    const verdict = await entitlements.check({ userId }, feature)
    if (verdict.ok) continue
    const { code, upgradeUrl } = verdict
    throw CoreErrors.NOT_ENTITLED(
      { what, feature, reason: code },
      { details: { feature, code, upgradeUrl } },
    )
  }
}
