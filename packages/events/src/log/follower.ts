import type { Database } from '@titanforge/database'

/** What the log tells of an event to whoever only watches. */
export interface LogEntry {
  position: string
  timestamp: Date
  event_type: string
  key: string | null
  id: string
}

const COLUMNS = 'position, timestamp, event_type, key, id'
/**
 * How many events of transactions that began before the oldest open one are looked at too: a transaction may
 * have its positions long after it began.
 */
const MARGIN = 1_000
const MOST = 1_000

/** Where the log and the transactions that write it are; transactions have numbers, as text. */
interface Now {
  newest: string
  next_transaction: string
  oldest_running: string
}

/**
 * Reads the log as it is committed. An event has its position before it is committed, so one may appear
 * behind others that were read already; up to where that can be, what was read is remembered.
 */
export class LogFollower {
  /** Up to here nothing can appear any more. */
  #settled = '0'
  /** Positions behind it that were read. */
  #read = new Set<string>()
  /** A position that will be settled when every transaction before `until` has ended. */
  #settling: { position: string; until?: string } | undefined

  /** @param type of which events; of all if left out. */
  constructor(
    private readonly db: Pick<Database, 'query'>,
    private readonly type: string | undefined,
  ) {}

  /** The newest events, oldest first. */
  async newest(count: number): Promise<LogEntry[]> {
    await this.#begin()
    const rows = await this.db.query<LogEntry>(
      `SELECT ${COLUMNS} FROM events WHERE $1::text IS NULL OR event_type = $1
       ORDER BY position DESC LIMIT $2`,
      [this.type ?? null, count],
    )
    for (const { position } of rows) this.#read.add(position)
    return rows.reverse()
  }

  /** What was committed since the last look, each event once. */
  async next(): Promise<LogEntry[]> {
    // Before the events are read, so that what has ended by now is among them.
    const now = await this.#now()
    const rows = await this.db.query<LogEntry>(
      `SELECT ${COLUMNS} FROM events
       WHERE position > $2 AND ($1::text IS NULL OR event_type = $1) AND position <> ALL($3::bigint[])
       ORDER BY position LIMIT ${MOST}`,
      [this.type ?? null, this.#settled, [...this.#read]],
    )
    for (const { position } of rows) this.#read.add(position)
    if (rows.length < MOST && now) this.#settle(now)
    return rows
  }

  /** Takes what is committed for read, from where an open transaction may have a position. */
  async #begin(): Promise<void> {
    // Before the events are read, so that what has ended by now is among them. Events bear the time when
    // their transaction began.
    const [open] = await this.db.query<{ since: string }>(
      `SELECT coalesce(min(xact_start), now())::text AS since FROM pg_stat_activity
       WHERE datname = current_database() AND backend_xid IS NOT NULL`,
    )
    const [settled] = await this.db.query<{ position: string }>(
      `SELECT position FROM events WHERE stored_at < $1
       ORDER BY position DESC OFFSET ${MARGIN} LIMIT 1`,
      [open?.since],
    )
    this.#settled = settled?.position ?? '0'
    const read = await this.db.query<{ position: string }>(
      'SELECT position FROM events WHERE position > $2 AND ($1::text IS NULL OR event_type = $1)',
      [this.type ?? null, this.#settled],
    )
    this.#read = new Set(read.map(({ position }) => position))
  }

  /** Whoever has a position at one look is seen as a transaction at the next, and is waited for from then on. */
  #settle(now: Now): void {
    const settling = this.#settling
    if (settling?.until && BigInt(now.oldest_running) >= BigInt(settling.until)) {
      this.#settled = settling.position
      this.#forgetSettled()
      this.#settling = undefined
    } else if (settling) settling.until ??= now.next_transaction
    else this.#settling = { position: now.newest }
  }

  #forgetSettled(): void {
    const settled = BigInt(this.#settled)
    for (const position of this.#read) if (BigInt(position) <= settled) this.#read.delete(position)
  }

  async #now(): Promise<Now | undefined> {
    const [row] = await this.db.query<Now>(
      `SELECT coalesce(max(position), 0)::text AS newest,
              pg_snapshot_xmax(pg_current_snapshot())::text AS next_transaction,
              pg_snapshot_xmin(pg_current_snapshot())::text AS oldest_running
       FROM events`,
    )
    return row
  }
}
