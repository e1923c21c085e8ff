/** Work that is done on a schedule, once across all processes. */
export interface Job {
  /** Durable and unique, such as `analytics.daily`. */
  readonly name: string
  /** Five fields, in UTC. */
  readonly cron: string
  run(): Promise<void>
}

/**
 * Declares scheduled work, for a plugin's `jobs`.
 *
 * @param expression five cron fields, in UTC.
 * @example
 * jobs: [cron('forecasts.refresh', '17 * * * *', () => refresh())]
 */
export function cron(name: string, expression: string, run: () => Promise<void>): Job {
  return Object.freeze({ name, cron: expression, run })
}

declare module '@titanforge/core' {
  interface Contributions {
    jobs?: readonly Job[]
  }
}
