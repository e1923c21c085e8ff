import { z } from 'zod'

const seconds = z.coerce.number()

export const config = z.strictObject({
  /** False for a process that publishes but handles nothing, such as a web server beside workers. */
  consume: z.boolean().default(true),
  /** Seconds after which an event whose process has died is given to another. */
  claimSeconds: seconds.min(1).max(3600).default(20),
  /** How many handlers may be in their transaction at once; less than the database's `poolSize`. */
  concurrency: z.coerce.number().int().min(1).max(100).default(5),
  /** How often this process looks for what notifications have missed, in seconds. */
  pollSeconds: seconds.min(0.1).max(60).default(1),
  /** Deliveries after the first one before an event becomes a dead letter. */
  retryLimit: z.coerce.number().int().min(0).max(100).default(8),
  retryBaseSeconds: seconds.min(0).default(1),
  retryMaxSeconds: seconds.min(0).default(600),
  /** How old a transaction may be before the log warns that it slows the tables down, in seconds. */
  longTransactionSeconds: seconds.min(1).default(300),
  /**
   * How long handlers that are at work when the process stops may go on, in seconds; less than the
   * application's `stopTimeoutMs`.
   */
  drainSeconds: seconds.min(0).max(600).default(10),
  /**
   * Days for which handled events are kept; for ever, if left out. Those from outside are always kept, and
   * what a replay has yet to queue is kept until then.
   */
  keepDays: z.coerce.number().int().min(1).optional(),
})

export type EventsConfig = z.output<typeof config>
