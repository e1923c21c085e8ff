import { join } from 'node:path'
import { messageOf, type Logger } from '@titanforge/core'
import { lock } from 'proper-lockfile'
import { EmbeddedErrors } from './errors.js'
import { errorCode } from './error-code.js'

// A holder that is alive says so each second. One whose machine stalls for a moment is not taken for dead.
const STALE_MS = 10_000
const UPDATE_MS = 1_000
const RETRY_MS = 25
const PATIENCE_MS = 60_000

/**
 * Does `work` while no other process that asks for the same folder does.
 *
 * @throws EMBEDDED_POSTGRES_FAILED where the lock does not come free within a minute.
 */
export async function withLock<Result>(
  folder: string,
  log: Logger,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(folder, 'lock')
  const held = { lost: false }
  const release = await lock(folder, {
    lockfilePath: path,
    stale: STALE_MS,
    update: UPDATE_MS,
    retries: {
      retries: PATIENCE_MS / RETRY_MS,
      factor: 1,
      minTimeout: RETRY_MS,
      maxTimeout: RETRY_MS,
    },
    // Two at once do no damage: data appears by rename, and PostgreSQL guards its folder itself.
    onCompromised: (error) => {
      held.lost = true
      log.warn({ path, reason: messageOf(error) }, 'another process took over the lock')
    },
  }).catch((cause: unknown) => {
    if (errorCode(cause) !== 'ELOCKED') throw cause
    const problem = `another process has held ${path} for ${PATIENCE_MS / 1000} s`
    throw EmbeddedErrors.EMBEDDED_POSTGRES_FAILED({ problem }, { cause })
  })
  try {
    return await work()
  } finally {
    if (!held.lost) await release()
  }
}
