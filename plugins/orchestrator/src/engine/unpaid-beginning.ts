import { ForgeError, type Entitlements } from '@titanforge/core'
import type { Failure, RunRow } from '../journal/run-row.js'
import { failureOf } from '../replay/step-error.js'
import type { AnyWorkflow } from '../workflow/workflow.js'
import { refuseUnpaid } from './refuse-unpaid.js'

/**
 * Why a run that a customer has asked for does not begin: the plan may have ended while it waited for a slot.
 * One that has begun goes on; its agents and tools ask for themselves.
 */
export async function unpaidBeginning(
  entitlements: Entitlements,
  { user_id: userId, requested_by: requestedBy }: RunRow,
  { name, requires }: AnyWorkflow,
): Promise<Failure | undefined> {
  if (requestedBy !== 'api' || userId === null) return undefined
  try {
    await refuseUnpaid(entitlements, userId, `The run of "${name}"`, requires)
    return undefined
  } catch (error) {
    if (error instanceof ForgeError && error.code === 'NOT_ENTITLED') return failureOf(error)
    throw error
  }
}
