import { z } from 'zod'

export const config = z.strictObject({
  /**
   * How many runs of one customer are at work at once, where the plan has no limit `workflow_runs`. A run
   * that waits for a timer, an event or a person is not at work.
   */
  concurrentRuns: z.coerce.number().int().min(1).default(10),
  /** How many runs of one customer may wait to begin; who asks for more is answered with 429. */
  queuedRuns: z.coerce.number().int().min(1).default(1000),
  /** How many steps this process has at work at once. */
  concurrency: z.coerce.number().int().min(1).max(1000).default(20),
  /** How often a failed step that may be repeated is tried, the first time included. */
  stepAttempts: z.coerce.number().int().min(1).max(100).default(4),
  /** The pause before a failed step is tried again, in seconds; it doubles. */
  retryBaseSeconds: z.coerce.number().min(0).max(3600).default(1),
  /**
   * How long a run waits for a process that knows its version of the workflow, in seconds; longer than a
   * deploy takes. Then it fails.
   */
  patienceSeconds: z.coerce.number().min(0).max(86_400).default(300),
  /** Days for which runs that are over are kept, with their steps; for ever, if left out. */
  keepDays: z.coerce.number().int().min(1).optional(),
})

export type OrchestratorConfig = z.output<typeof config>
