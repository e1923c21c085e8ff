import { on, type Subscription } from '@titanforge/core'
import { purchaseWithdrawn } from '@titanforge/provisioning'
import { lockCustomer } from '../journal/read.js'
import { isOver } from '../journal/run-row.js'
import { withdraw } from '../journal/withdrawn-purchases.js'
import { cancelOpen } from './cancel-run.js'
import { changeIn } from './change-run.js'
import type { Engine } from './engine.js'

/**
 * Cancels the runs that a purchase has started and that is paid back now; those that are over stay as they
 * ended. A request for one that comes later starts nothing.
 */
export const withdrawals = (engine: Engine): Subscription =>
  on(purchaseWithdrawn, 'orchestrator.withdrawals', {
    prepare: ({ payload }) => engine.limitOf(payload.userId),
    async commit({ tx, publish, log, payload: { userId, purchaseId } }, limit) {
      await lockCustomer(tx, { runId: null, userId })
      await withdraw(tx, purchaseId)
      const runs = await tx.query<{ id: string }>(
        'SELECT id FROM workflow_runs WHERE purchase_id = $1 AND user_id = $2 ORDER BY id',
        [purchaseId, userId],
      )
      for (const { id: runId } of runs) {
        await changeIn({ tx, publish, log, runId, userId, limit }, async (run) => {
          if (!isOver(run.row)) await cancelOpen(run)
        })
      }
    },
  })
