import { SandboxErrors } from '../errors.js'

/** Long enough for a busy process, in milliseconds. */
const PATIENCE_MS = 5_000

/**
 * Asks where a world was last opened whether it still is. Two that write one file would each leave the other's
 * changes out. Whoever was killed does not answer, and so there is no lock to be left behind.
 *
 * @throws SANDBOX_FILE_IN_USE
 */
export async function refuseOpenElsewhere(file: string, url: string): Promise<void> {
  if ((await fileOpenAt(url)) === file) throw SandboxErrors.SANDBOX_FILE_IN_USE({ file, url })
}

async function fileOpenAt(url: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const answer = await fetch(`${url}/_sandbox/state`, { signal })
    return ((await answer.json()) as { file?: unknown }).file
  } catch {
    // Nobody is there any more, or something that is no sandbox.
    return undefined
  }
}
