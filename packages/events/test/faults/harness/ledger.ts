import { setTimeout as delay } from 'node:timers/promises'
import type { DeadLetter } from '@titanforge/core'
import pg from 'pg'

/** A consumer that must have applied every event, or every one from a moment on. */
export interface Expected {
  consumer: string
  ordered: boolean
  /** Events stored before may be missing: it was not yet registered. A string keeps PostgreSQL's microseconds. */
  since?: Date | string
}

export interface Tally {
  /** Published and committed, but neither applied nor a dead letter; by event and consumer. */
  missing: number
  /** Applied, but never committed by a publisher. */
  phantom: number
  /** Applied or stored more than once. */
  duplicate: number
  /** Applied before an earlier event of its key. */
  disorder: number
  deadLetters: number
}

const PATIENCE_MS = 30_000

/** Reads what the nodes wrote, by a way of its own that no fault of the network touches. */
export class Ledger {
  readonly #pool: pg.Pool

  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 2 })
    // The server may be crashed at any time; whoever asks next hears of it.
    this.#pool.on('error', () => undefined)
  }

  /** Asks until there is an answer: the server may be down just now. */
  async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      try {
        return (await this.#pool.query<Row>(sql, [...values])).rows
      } catch (error) {
        if (!isAway(error) || Date.now() > deadline) throw error
        await delay(50)
      }
    }
  }

  async count(from: string, values: readonly unknown[] = []): Promise<number> {
    const [row] = await this.query<{ count: number }>(`SELECT count(*)::int FROM ${from}`, values)
    return row?.count ?? 0
  }

  /** When the first effect of this consumer was written after a moment. */
  async firstEffect(consumer: string, after: Date): Promise<Date | undefined> {
    const rows = await this.query<{ at: Date }>(
      'SELECT at FROM effect WHERE consumer = $1 AND at > $2 ORDER BY at LIMIT 1',
      [consumer, after],
    )
    return rows[0]?.at
  }

  /** The server's clock, which wrote every time in the ledger. */
  async now(): Promise<Date> {
    const [row] = await this.query<{ now: Date }>('SELECT clock_timestamp() AS now')
    return row?.now ?? new Date()
  }

  async missing(expected: readonly Expected[], dead: readonly DeadLetter[]): Promise<number> {
    return this.count(
      `business b
       JOIN unnest($1::text[], $2::timestamptz[]) AS c (name, since)
         ON c.since IS NULL OR pg_xact_commit_timestamp(b.xmin) >= c.since
       WHERE NOT EXISTS (SELECT FROM effect e WHERE e.event = b.event AND e.consumer = c.name)
         AND NOT EXISTS (
           SELECT FROM unnest($3::text[], $4::uuid[]) AS d (consumer, event)
           WHERE d.consumer = c.name AND d.event = b.event
         )`,
      [
        expected.map(({ consumer }) => consumer),
        expected.map(({ since }) => since ?? null),
        dead.map(({ consumer }) => consumer),
        dead.map(({ eventId }) => eventId),
      ],
    )
  }

  /** How many effects came after one of a later event of their key. */
  disorder(consumers: readonly string[]): Promise<number> {
    return this.count(
      `(SELECT position, max(position) OVER (
          PARTITION BY consumer, key ORDER BY sequence ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before FROM effect WHERE consumer = ANY($1)) n WHERE position < before`,
      [consumers],
    )
  }

  async tally(expected: readonly Expected[], dead: readonly DeadLetter[]): Promise<Tally> {
    const ordered = expected.filter((one) => one.ordered).map(({ consumer }) => consumer)
    return {
      missing: await this.missing(expected, dead),
      phantom: await this.count(
        // An effect of another content than what was published is one of no event, too.
        `effect e WHERE NOT EXISTS (
           SELECT FROM business b WHERE b.event = e.event AND b.note = e.note)`,
      ),
      duplicate:
        (await this.count(
          `(SELECT row_number() OVER (PARTITION BY consumer, event) AS nth FROM effect) n WHERE nth > 1`,
        )) +
        (await this.count(
          `(SELECT row_number() OVER (PARTITION BY external_id) AS nth FROM business
            WHERE external_id IS NOT NULL) n WHERE nth > 1`,
        )),
      disorder: await this.disorder(ordered),
      deadLetters: dead.length,
    }
  }

  close(): Promise<void> {
    return this.#pool.end()
  }
}

// Classes 08 and 57P, and what the driver says of a connection that ended.
const isAway = (error: unknown) => {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  return /^(08|57P|ECONN|EPIPE)/.test(code) || /Connection terminated/.test(message)
}
