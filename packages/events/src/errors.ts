import { defineErrors } from '@titanforge/core'

/** Every error of the event bus, with its remedy. */
export const EventErrors = defineErrors({
  ATTEMPTS_LOST: {
    message: (p: { attempts: number }) =>
      `The process ended, or was too slow, during each of ${p.attempts} attempts. Look for a crash or a loop in the handler, or raise its timeoutSeconds; then redrive.`,
  },
  BUS_NOT_STARTED: {
    message: () => 'The event bus has not started. Publish from start() on, not in setup().',
  },
  CLAIM_LOST: {
    message: () =>
      'The attempt took too long, and the event was given to another; this one has no effect. Raise timeoutSeconds, or do less in one handler.',
  },
  DEAD_LETTER_UNKNOWN: {
    message: (p: { ids: readonly string[] }) =>
      `There is no dead letter with the id ${p.ids.join(', ')}. The command events:dead lists them.`,
  },
  DRAIN_TOO_LONG: {
    message: (p: { drainSeconds: number; stopSeconds: number }) =>
      `Handlers may go on for ${p.drainSeconds} s when the process stops, but the application gives a plugin ${p.stopSeconds} s to stop. Lower drainSeconds of events, or raise stopTimeoutMs of createForge.`,
  },
  JOB_INVALID: {
    message: (p: { job: string; problem: string }) =>
      `The schedule of job "${p.job}" cannot be read: ${p.problem}. Give five cron fields and a time zone such as Europe/Zurich.`,
  },
  REGISTRATION_BLOCKED: {
    message: (p: { consumer: string }) =>
      `"${p.consumer}" could not be registered, because a transaction that publishes does not end. End it (pg_stat_activity shows it), and start again.`,
  },
  REPLAY_BROKEN_OFF: {
    message: (p: { consumer: string; queued: number; reason: string }) =>
      `The replay for "${p.consumer}" was broken off (${p.reason}). ${p.queued} events are delivered again, and no more. Begin it once more for all of them.`,
  },
  REPLAY_GOES_ON: {
    status: 503,
    message: (p: { consumer: string; reason: string }) =>
      `The database did not answer while a replay for "${p.consumer}" was going on (${p.reason}). Any process that has the consumer goes on with it, so do not begin it again; events:backlog shows how far it is.`,
  },
  TRANSACTION_REQUIRED: {
    message: () =>
      'publish() takes a transaction of the database: db.transaction((tx) => bus.publish(tx, …)).',
  },
})
