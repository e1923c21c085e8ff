import type { Logger } from '@titanforge/core'

/** Runs what was to run after a commit. The commit stands, whatever a hook does, now or later. */
export function runHooks(hooks: readonly (() => unknown)[], log: Logger): void {
  const failed = (error: unknown) => log.error({ err: error }, 'a hook failed after the commit')
  for (const hook of hooks) {
    try {
      // Declared to return nothing; an asynchronous one still fits that, and may fail later.
      Promise.resolve(hook()).catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}
