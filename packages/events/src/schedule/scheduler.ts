import { messageOf, type EventBus, type Logger } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { Cron } from 'croner'
import { EventErrors } from '../errors.js'
import type { JobEvent } from './job-event.js'

/** A timer is set no further ahead, so that a clock that was put forward or back is noticed. */
const LONGEST_WAIT_MS = 30_000
/** How many missed runs are counted; the report then says "or more". */
const COUNTED = 100

/**
 * Publishes an event for each job that comes due. The time for which a job is due next is a row: whoever
 * moves it on publishes the event in the same transaction, so of all processes one does. Only the
 * database's clock counts.
 */
export class Scheduler {
  readonly #crons: Map<string, Cron>
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #stopped = false

  /** @throws JOB_INVALID where an expression or a time zone cannot be read. */
  constructor(
    private readonly db: Pick<Database, 'query' | 'transaction'>,
    private readonly jobs: readonly JobEvent[],
    private readonly bus: Pick<EventBus, 'publish'>,
    private readonly log: Logger,
  ) {
    this.#crons = new Map(jobs.map(({ job }) => [job.name, cronOf(job)]))
  }

  async start(): Promise<void> {
    if (this.jobs.length === 0) return
    const now = await this.#now()
    for (const { job } of this.jobs) {
      const next = this.#next(job.name, now)
      if (!next) continue
      await this.db.query(
        `INSERT INTO event_schedules (job, expression, due_at) VALUES ($1, $2, $3)
         ON CONFLICT (job) DO UPDATE SET expression = excluded.expression, due_at = excluded.due_at
         WHERE event_schedules.expression <> excluded.expression`,
        [job.name, expressionOf(job), next],
      )
    }
    this.#look()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#looking
  }

  #look(): void {
    if (this.#stopped) return
    this.#looking = this.#publishDue()
      .catch((error: unknown) => {
        this.log.warn({ err: error }, 'the schedule could not be read; looking again soon')
        return LONGEST_WAIT_MS / 10
      })
      .then((waitMs) => {
        if (!this.#stopped) this.#timer = setTimeout(() => this.#look(), waitMs)
      })
  }

  /** @returns milliseconds until the next job is due. */
  async #publishDue(): Promise<number> {
    const names = this.jobs.map(({ job }) => job.name)
    const rows = await this.db.query<{ job: string; due_at: Date; now: Date }>(
      'SELECT job, due_at, now() FROM event_schedules WHERE job = ANY($1)',
      [names],
    )
    let wait = LONGEST_WAIT_MS
    for (const { job, due_at: dueAt, now } of rows) {
      const next = dueAt <= now ? await this.#publishOne(job, now) : dueAt
      if (next) wait = Math.min(wait, next.getTime() - now.getTime())
    }
    return Math.max(wait, 10)
  }

  /** One job that cannot be published must not hold up the others. */
  async #publishOne(job: string, now: Date): Promise<Date | undefined> {
    try {
      return await this.#publish(job, now)
    } catch (error) {
      this.log.error({ err: error, job }, 'a scheduled run could not be published; trying again')
      return undefined
    }
  }

  /** @returns when the job is due next. */
  async #publish(name: string, now: Date): Promise<Date | undefined> {
    const found = this.jobs.find(({ job }) => job.name === name)
    return this.db.transaction(async (tx) => {
      // Read again, and held: another process may have published this run since the look.
      const [due] = await tx.query<{ due_at: Date; now: Date }>(
        'SELECT due_at, now() FROM event_schedules WHERE job = $1 AND due_at <= now() FOR UPDATE',
        [name],
      )
      if (!due || !found) return this.#next(name, now)
      const { due_at: dueAt } = due
      const next = this.#next(name, due.now)
      await (next
        ? tx.query('UPDATE event_schedules SET due_at = $2 WHERE job = $1', [name, next])
        : tx.query('DELETE FROM event_schedules WHERE job = $1', [name]))
      const atWork = await tx.query('SELECT 1 FROM event_deliveries WHERE consumer = $1 LIMIT 1', [
        found.subscription.consumer,
      ])
      if (atWork.length > 0) {
        this.log.warn(
          { job: name, dueAt },
          'a scheduled run was left out; the last is still at work',
        )
        return next
      }
      const missed = this.#missed(name, dueAt, due.now)
      if (missed > 0) {
        this.log.warn(
          { job: name, missed, atLeast: missed === COUNTED },
          'scheduled runs were missed; one makes up for them',
        )
      }
      await this.bus.publish(tx, found.event, { dueAt: dueAt.toISOString() })
      return next
    })
  }

  #next(name: string, after: Date): Date | undefined {
    return this.#crons.get(name)?.nextRun(after) ?? undefined
  }

  /** How many runs came due after this one and are past as well. */
  #missed(name: string, dueAt: Date, now: Date): number {
    const runs = this.#crons.get(name)?.nextRuns(COUNTED, dueAt) ?? []
    return runs.filter((run) => run <= now).length
  }

  async #now(): Promise<Date> {
    const [row] = await this.db.query<{ now: Date }>('SELECT now()')
    return row?.now ?? new Date()
  }
}

function cronOf({ name, cron, timeZone = 'UTC' }: JobEvent['job']): Cron {
  try {
    const parsed = new Cron(cron, { timezone: timeZone, paused: true })
    // Reads the time zone, which the constructor does not. A date that is past is over, and no mistake.
    if (parsed.nextRun(new Date(0))) return parsed
  } catch (error) {
    throw EventErrors.JOB_INVALID({ job: name, problem: messageOf(error) }, { cause: error })
  }
  throw EventErrors.JOB_INVALID({ job: name, problem: 'it never comes due' })
}

const expressionOf = ({ cron, timeZone = 'UTC' }: JobEvent['job']) => `${cron} ${timeZone}`
