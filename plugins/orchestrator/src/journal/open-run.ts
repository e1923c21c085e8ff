import type { EventType, Logger, PublishOptions, Transaction } from '@titanforge/core'
import { runFinished, runWoken, stepCompleted } from '../events.js'
import { isOver, messageFor, type Failure, type RunRow } from './run-row.js'
import type { Outcome, StepKind, StepRow, StepStatus } from './step-row.js'

export type Publish = <P>(
  type: EventType<P>,
  payload: P,
  options?: PublishOptions,
) => Promise<unknown>

/** A step that the workflow has come to. */
export interface NewStep {
  name: string
  kind: StepKind
  target: string | null
  input: unknown
  status: StepStatus
  waitKey?: string
  /** Seconds until a timer is over, or until a wait is given up. */
  dueInSeconds?: number | undefined
}

// The bus takes no longer pause; a step whose time has not come then is woken again.
const LONGEST_SECONDS = 1_000_000

const json = (value: unknown) => JSON.stringify(value ?? null)

/** A run whose row and customer are locked: everything that one transaction changes of it. */
export class OpenRun {
  constructor(
    readonly tx: Transaction,
    readonly publish: Publish,
    readonly log: Logger,
    readonly row: RunRow,
    readonly steps: StepRow[],
  ) {}

  step(name: string): StepRow | undefined {
    return this.steps.find((step) => step.name === name)
  }

  /** Gives a run its version, and the input that this takes, where nobody knew the workflow before. */
  async beginWith(version: number, input: unknown): Promise<void> {
    this.row.version = version
    this.row.input = input
    await this.tx.query('UPDATE workflow_runs SET version = $2, input = $3 WHERE id = $1', [
      this.row.id,
      version,
      json(input),
    ])
  }

  /** Writes down that the workflow has come to a step. What is at work is given to a process. */
  async ask({ name, kind, target, input, status, waitKey, dueInSeconds }: NewStep): Promise<void> {
    const { row, tx } = this
    const [step] = await tx.query<StepRow>(
      `INSERT INTO workflow_steps (run_id, generation, name, kind, target, status, input, asked,
                                   wait_key, due_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 second')
       RETURNING *, false AS is_due`,
      [
        row.id,
        row.generation,
        name,
        kind,
        target,
        status,
        json(input),
        ++row.clock,
        waitKey ?? null,
        dueInSeconds ?? null,
      ],
    )
    if (step) this.steps.push(step)
    if (status === 'running') await this.wake(name)
    if (dueInSeconds !== undefined) await this.wake(name, { delaySeconds: dueInSeconds })
  }

  /** Writes down what a step has come to. */
  async complete(step: StepRow, outcome: Outcome, eventId?: string): Promise<void> {
    const { row, tx } = this
    step.status = outcome.status
    step.completed = ++row.clock
    step.output = outcome.status === 'succeeded' ? (outcome.output ?? null) : null
    step.error = outcome.status === 'failed' ? outcome.error : null
    step.event_id = eventId ?? null
    await tx.query(
      `UPDATE workflow_steps SET status = $4, output = $5, error = $6, completed = $7, event_id = $8,
         completed_at = clock_timestamp()
       WHERE run_id = $1 AND generation = $2 AND name = $3`,
      [
        row.id,
        row.generation,
        step.name,
        step.status,
        json(step.output),
        step.error && json(step.error),
        step.completed,
        step.event_id,
      ],
    )
    await this.publish(stepCompleted, {
      runId: row.id,
      userId: row.user_id,
      workflow: row.workflow,
      step: step.name,
      kind: step.kind,
      status: outcome.status,
    })
  }

  /** Writes down that nobody knows what a step has come to. A person has to find out. */
  async suspend(step: StepRow): Promise<void> {
    step.status = 'unknown'
    await this.tx.query(
      "UPDATE workflow_steps SET status = 'unknown' WHERE run_id = $1 AND generation = $2 AND name = $3",
      [this.row.id, this.row.generation, step.name],
    )
  }

  /** Has a step done that is known not to have happened. */
  async beginAgain(step: StepRow): Promise<void> {
    step.status = 'running'
    await this.tx.query(
      `UPDATE workflow_steps SET status = 'running', begun_at = NULL
       WHERE run_id = $1 AND generation = $2 AND name = $3`,
      [this.row.id, this.row.generation, step.name],
    )
    await this.wake(step.name)
  }

  /** Has a step done again that has failed, with what is known of its first call. */
  async takeUp(step: StepRow): Promise<void> {
    step.status = 'running'
    step.completed = null
    step.error = null
    await this.tx.query(
      `UPDATE workflow_steps SET status = 'running', completed = NULL, completed_at = NULL, error = NULL
       WHERE run_id = $1 AND generation = $2 AND name = $3`,
      [this.row.id, this.row.generation, step.name],
    )
    await this.wake(step.name)
  }

  /** Takes a step out of the journal, so that the workflow comes to it anew. */
  async forget(step: StepRow): Promise<void> {
    this.steps.splice(this.steps.indexOf(step), 1)
    await this.tx.query(
      'DELETE FROM workflow_steps WHERE run_id = $1 AND generation = $2 AND name = $3',
      [this.row.id, this.row.generation, step.name],
    )
  }

  /** Has a process go on with the run: with a step, or from where it is. */
  async wake(
    step: string | null,
    { delaySeconds = 0, eventId = null }: { delaySeconds?: number; eventId?: string | null } = {},
  ): Promise<void> {
    const { id, user_id: userId, generation } = this.row
    await this.publish(
      runWoken,
      { runId: id, userId, generation, step, eventId },
      { delaySeconds: Math.min(delaySeconds, LONGEST_SECONDS) },
    )
  }

  /** Ends the run. What no step has come to yet is of no interest any more. */
  async finish(status: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    for (const step of this.steps) {
      if (step.completed === null) await this.complete(step, { status: 'cancelled' })
    }
    await this.#end(status)
  }

  /** Ends the run where it is, since it cannot go on; its steps are left as they are, for a retry. */
  async breakOff(failure: Failure): Promise<void> {
    this.row.error = { ...failure, cause: this.row.error }
    await this.#end('failed')
  }

  async #end(status: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    const { row } = this
    row.status = status
    if (status === 'succeeded') row.progress = 100
    await this.publish(runFinished, {
      runId: row.id,
      userId: row.user_id,
      workflow: row.workflow,
      version: row.version,
      status,
      error: row.error && { code: row.error.code, message: messageFor(row.error) },
    })
  }

  async save(): Promise<void> {
    const { row } = this
    await this.tx.query(
      `UPDATE workflow_runs SET status = $2, ending = $3, output = $4, error = $5, progress = $6,
         progress_text = $7, generation = $8, clock = $9, revision = revision + 1,
         finished_at = CASE WHEN $10 THEN coalesce(finished_at, clock_timestamp()) END
       WHERE id = $1`,
      [
        row.id,
        row.status,
        row.ending,
        row.status === 'succeeded' ? json(row.output) : null,
        row.error && json(row.error),
        row.progress,
        row.progress_text,
        row.generation,
        row.clock,
        isOver(row),
      ],
    )
  }
}
