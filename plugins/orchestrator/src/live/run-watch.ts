import type { Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'

const TICK_MS = 250

interface Watcher {
  runId: string
  revision: string
  tell(): void
}

/** Tells those who watch runs when one has changed, in whatever process: one query for all of them. */
export class RunWatch {
  readonly #watchers = new Set<Watcher>()
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  /** Aborts when the process stops. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#closing.abort()
  }

  /** Resolves when the run is no longer of this revision, or the signal aborts. */
  async changed(runId: string, revision: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const tell = () => resolve(undefined)
    const watcher = { runId, revision, tell }
    this.#watchers.add(watcher)
    signal.addEventListener('abort', tell, { once: true })
    this.#timer ??= setTimeout(() => void this.#look(), TICK_MS)
    try {
      await promise
    } finally {
      this.#watchers.delete(watcher)
      signal.removeEventListener('abort', tell)
    }
  }

  async #look(): Promise<void> {
    const watchers = [...this.#watchers]
    try {
      const rows = await this.db.query<{ id: string; revision: string }>(
        'SELECT id, revision FROM workflow_runs WHERE id = ANY($1)',
        [watchers.map(({ runId }) => runId)],
      )
      const revisions = new Map(rows.map(({ id, revision }) => [id, revision]))
      for (const { runId, revision, tell } of watchers) {
        if (revisions.get(runId) !== revision) tell()
      }
    } catch (error) {
      this.log.warn({ err: error }, 'runs that are watched could not be read; trying again')
    }
    const goesOn = this.#watchers.size > 0 && !this.closing.aborted
    this.#timer = goesOn ? setTimeout(() => void this.#look(), TICK_MS) : undefined
  }
}
