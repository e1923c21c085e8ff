import { isUuid } from '@titanforge/core/bus'
import type { Identity } from '@titanforge/http'
import { z } from 'zod'
import type { Engine } from '../engine/engine.js'
import { OrchestratorErrors } from '../errors.js'
import { readRun } from '../journal/read.js'
import type { RunRow } from '../journal/run-row.js'

export const runParams = z.object({ id: z.string() })
export const stepParams = z.object({ id: z.string(), step: z.string() })

/**
 * A run of the caller's, or any, for a superuser.
 *
 * @throws RUN_NOT_FOUND, for those of others too: nobody learns which there are.
 */
export async function ownRun({ db }: Engine, identity: Identity, id: string): Promise<RunRow> {
  const row = isUuid(id) ? await readRun(db, id) : undefined
  if (!row || (row.user_id !== identity.userId && !identity.isSuperuser))
    throw OrchestratorErrors.RUN_NOT_FOUND()
  return row
}
