import { reply, type Reply } from '@titanforge/http'
import type { Engine } from '../engine/engine.js'
import { refuseUnpaid } from '../engine/refuse-unpaid.js'
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
  {
    what,
    workflow,
    input,
    userId,
  }: { what: string; workflow: AnyWorkflow; input: unknown; userId: string },
): Promise<Reply> {
  await refuseUnpaid(engine.entitlements, userId, what, workflow.requires)
  const { queuedRuns } = engine.config
  const run = { workflow, input, userId, requestedBy: 'api' as const, queuedRuns }
  const id = await startRun(engine, run)
  const row = await readRun(engine.db, id)
  return reply(202, row && presentRun(row), { Location: `/api/runs/${id}` })
}
