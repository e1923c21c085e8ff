import type { Logger } from '@titanforge/core'

/** What a job is given when it comes due. */
export interface JobContext {
  /** The time for which it was scheduled. */
  readonly dueAt: Date
  /** Aborts when the process stops, or when the job takes too long. */
  readonly signal: AbortSignal
  /** The same when this run is tried again. */
  readonly idempotencyKey: string
  readonly log: Logger
}

export interface JobOptions {
  /** The time zone of the expression, such as `Europe/Zurich`; UTC if left out. */
  timeZone?: string
  /** How long a run may take, in seconds; 3,600 if left out. */
  timeoutSeconds?: number
}

/** Work that is done on a schedule, once across all processes. */
export interface Job extends JobOptions {
  /** Durable and unique, such as `analytics.daily`. */
  readonly name: string
  /** Five fields, or six with seconds in front. */
  readonly cron: string
  run(context: JobContext): Promise<void>
}

/**
 * Declares scheduled work, for a plugin's `jobs`. A run that fails is tried again, and becomes a dead
 * letter of the consumer `job.NAME` in the end. Where several runs were missed, or one is still at work,
 * one run makes up for them, and the log says so.
 *
 * @param expression five cron fields, or six with seconds in front.
 * @example
 * jobs: [cron('forecasts.refresh', '17 * * * *', ({ signal }) => refresh(signal))]
 */
export function cron(
  name: string,
  expression: string,
  run: (context: JobContext) => Promise<void>,
  options: JobOptions = {},
): Job {
  return Object.freeze({ ...options, name, cron: expression, run })
}

declare module '@titanforge/core' {
  interface Contributions {
    jobs?: readonly Job[]
  }
}
