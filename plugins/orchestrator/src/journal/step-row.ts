import type { Failure } from './run-row.js'

export type StepKind = 'tool' | 'agent' | 'timer' | 'event' | 'person' | 'compensation'

/** Where a step is: at work, waiting for something, of unknown outcome, or done with. */
export type StepStatus = 'running' | 'waiting' | 'unknown' | 'succeeded' | 'failed' | 'cancelled'

/** What a step has come to. */
export type Outcome =
  | { status: 'succeeded'; output: unknown }
  | { status: 'failed'; error: Failure }
  | { status: 'cancelled' }

/** A step, as its row has it. */
export interface StepRow {
  readonly name: string
  readonly kind: StepKind
  readonly target: string | null
  status: StepStatus
  readonly input: unknown
  output: unknown
  error: Failure | null
  readonly asked: number
  completed: number | null
  readonly wait_key: string | null
  event_id: string | null
  readonly due_at: Date | null
  /** Whether the time until which it waits has come, by the database's clock. */
  readonly is_due: boolean
  readonly progress: number | null
  readonly progress_text: string | null
  readonly asked_at: Date
  /** When an effect outside was first about to happen. */
  readonly begun_at: Date | null
  readonly completed_at: Date | null
}
