import { runProgress, type EventBus, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { line, percent } from '../journal/told.js'

const TICK_MS = 250

/** A step that this process has at work. */
export interface StepAtWork {
  readonly runId: string
  readonly generation: number
  readonly name: string
  /** Told when the run is cancelled, where the step may be broken off. */
  readonly cancelled: AbortController | undefined
  /** The core's id of the agent run that does the step, once that has begun. */
  agentRunId?: string
  /** What it told last, and nobody has written down yet. */
  told?: { percent: number; text: string | undefined } | undefined
}

/**
 * The steps that this process has at work. Cancels those whose run is cancelled, by whichever process, and
 * writes down how far they are, for those who watch in other processes.
 */
export class StepsAtWork {
  readonly #steps = new Set<StepAtWork>()
  #timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly bus: EventBus,
    private readonly log: Logger,
  ) {}

  /** Listens to what agents and tools tell of themselves. */
  listen(): () => void {
    const end = this.bus.listen(runProgress, ({ runId, percent, text }) => {
      for (const step of this.#steps) {
        if (step.agentRunId === runId) step.told = { percent, text }
      }
    })
    return () => {
      end()
      clearTimeout(this.#timer)
    }
  }

  /** Does a step, with an eye on it. */
  async watch<Result>(step: StepAtWork, work: () => Promise<Result>): Promise<Result> {
    this.#steps.add(step)
    this.#timer ??= setTimeout(() => void this.#tick(), TICK_MS)
    try {
      return await work()
    } finally {
      this.#steps.delete(step)
    }
  }

  async #tick(): Promise<void> {
    try {
      await this.#cancel()
      await this.#writeProgress()
    } catch (error) {
      this.log.warn({ err: error }, 'steps at work could not be looked after; trying again')
    }
    this.#timer = this.#steps.size > 0 ? setTimeout(() => void this.#tick(), TICK_MS) : undefined
  }

  async #cancel(): Promise<void> {
    const steps = [...this.#steps].filter(({ cancelled }) => cancelled && !cancelled.signal.aborted)
    if (steps.length === 0) return
    const rows = await this.db.query<{ id: string }>(
      "SELECT id FROM workflow_runs WHERE id = ANY($1) AND status NOT IN ('running', 'queued')",
      [steps.map(({ runId }) => runId)],
    )
    const ended = new Set(rows.map(({ id }) => id))
    for (const { runId, cancelled } of steps) {
      if (ended.has(runId)) cancelled?.abort(new Error('the workflow run was cancelled'))
    }
  }

  async #writeProgress(): Promise<void> {
    for (const step of this.#steps) {
      const { runId, generation, name, told } = step
      if (!told) continue
      step.told = undefined
      await this.db.query(
        `WITH told AS (
           UPDATE workflow_steps SET progress = $4, progress_text = $5
           WHERE run_id = $1 AND generation = $2 AND name = $3 AND status = 'running'
           RETURNING run_id
         )
         UPDATE workflow_runs SET revision = revision + 1 WHERE id IN (SELECT run_id FROM told)`,
        [runId, generation, name, percent(told.percent), line(told.text)],
      )
    }
  }
}
