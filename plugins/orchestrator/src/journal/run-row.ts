/** Where a run is. */
export type RunStatus =
  'queued' | 'running' | 'waiting' | 'compensating' | 'succeeded' | 'failed' | 'cancelled'

/** Why a run or a step has failed, as the journal keeps it. */
export interface Failure {
  code: string
  message: string
  /** Whether the customer may read the message: it says what they can do, and nothing of our insides. */
  public: boolean
  /** Why the run was to end before, where it is this that ends it. */
  cause?: Failure | null
}

/** A run, as its row has it. */
export interface RunRow {
  readonly id: string
  readonly workflow: string
  /** 0 while nobody has known the workflow. */
  version: number
  readonly user_id: string | null
  status: RunStatus
  ending: 'failed' | 'cancelled' | null
  readonly requested_by: 'api' | 'event' | 'schedule' | 'application'
  /** The purchase that has started it. */
  readonly purchase_id: string | null
  input: unknown
  output: unknown
  error: Failure | null
  progress: number | null
  progress_text: string | null
  generation: number
  clock: number
  /** The end of the event log when the run was started; a bigint, as text. */
  readonly log_position: string
  /** A bigint, as text. */
  readonly revision: string
  readonly created_at: Date
  started_at: Date | null
  finished_at: Date | null
}

const OVER: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled']

export const isOver = ({ status }: Pick<RunRow, 'status'>): boolean => OVER.includes(status)

/** What a customer is told of a failure. */
export const messageFor = ({ message, public: isPublic }: Failure): string =>
  isPublic ? message : 'Something went wrong on our side.'
