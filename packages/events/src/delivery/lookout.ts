import type { LaneRule } from '@titanforge/core/bus'
import type { Database } from '@titanforge/database'
import type { EventsConfig } from '../config.js'

/**
 * The due time from which on a consumer's deliveries are looked for, of those that were never tried and of
 * the others; as PostgreSQL writes it, since JavaScript's dates are coarser.
 *
 * Deliveries are rows that come and go, and behind a long transaction PostgreSQL cannot clear away what is
 * gone. It lies at the beginning of the index, so whoever began there would step over more of it each time.
 */
export interface Horizon {
  fresh: string
  retried: string
}

/** Looks at everything. */
export const NO_HORIZON: Horizon = { fresh: '-infinity', retried: '-infinity' }

/** What is before one consumer. */
export interface Prospect {
  consumer: string
  /** As it was registered last. */
  rule: LaneRule | undefined
  /** Milliseconds until something may be due, by the database's clock; null where nothing waits. */
  inMs: number | null
  /** Whether something waits that may have ended its process. */
  hasSuspects: boolean
  /** Nothing that was seen lies before it. What commits later but came due before it lies there. */
  horizon: Horizon
}

interface DueRow {
  consumer: string
  lane_by: LaneRule['by'] | null
  lane_width: number
  ordered: boolean
  in_ms: number | null
  has_suspects: boolean
  fresh_since: string
  retried_since: string
}

/** A publisher's transaction may take this long before its events lie behind the horizon. */
const LATE_SECONDS = 1

/**
 * Gives back what processes have claimed that are gone: $1 consumers, $2 their horizons, $3 and $4 the first
 * and the longest pause in seconds. Once this is for nothing; from the second time on it waits, each time
 * longer and by chance, so that an event that ends its process does not meet the same others each time.
 */
const GIVE_BACK_OVERDUE = `
  WITH candidates AS MATERIALIZED (
    SELECT d.position, d.consumer
    FROM unnest($1::text[], $2::timestamptz[]) AS looked (consumer, since)
    JOIN event_deliveries d ON d.consumer = looked.consumer AND due_at >= since
    WHERE lane IS NULL AND retried AND due_at <= now() AND claim IS NOT NULL
    UNION ALL
    SELECT position, consumer FROM event_deliveries
    WHERE consumer = ANY($1) AND lane IS NOT NULL AND claim IS NOT NULL AND due_at <= now()
  ), overdue AS (
    SELECT position, consumer FROM event_deliveries d JOIN candidates USING (position, consumer)
    WHERE d.claim IS NOT NULL AND d.due_at <= now()
    FOR UPDATE OF d SKIP LOCKED
  )
  UPDATE event_deliveries d
  SET claim = NULL, lost = lost + 1,
      due_at = now() + CASE WHEN attempt <= 1 THEN 0
                            ELSE least($4, $3 * 2 ^ least(attempt - 2, 30)) * (0.5 + random() / 2) END
                       * interval '1 second'
  FROM overdue WHERE d.position = overdue.position AND d.consumer = overdue.consumer
  RETURNING d.consumer`

/** $1 consumers, $2 and $3 their horizons. Each part of the index is read from there, and not far. */
const DUE = `
  SELECT c.consumer, lane_by, lane_width, ordered,
         extract(epoch FROM least(fresh.due_at, retried.due_at, laned.due_at) - now())::float8 * 1000
           AS in_ms,
         EXISTS (SELECT 1 FROM event_deliveries d
                 WHERE d.consumer = c.consumer AND lost > 1 AND claim IS NULL AND due_at <= now())
           AS has_suspects,
         (least(fresh.due_at, now()) - interval '${LATE_SECONDS} s')::text AS fresh_since,
         (least(retried.due_at, now()) - interval '${LATE_SECONDS} s')::text AS retried_since
  FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) AS looked (consumer, fresh, retried)
  JOIN event_consumers c ON c.consumer = looked.consumer
  LEFT JOIN LATERAL (
    SELECT due_at FROM event_deliveries d
    WHERE d.consumer = c.consumer AND lane IS NULL AND NOT retried AND due_at >= looked.fresh
    ORDER BY due_at LIMIT 1
  ) AS fresh ON true
  LEFT JOIN LATERAL (
    SELECT due_at FROM event_deliveries d
    WHERE d.consumer = c.consumer AND lane IS NULL AND d.retried AND due_at >= looked.retried
    ORDER BY due_at LIMIT 1
  ) AS retried ON true
  CROSS JOIN LATERAL (
    SELECT min(first.due_at) AS due_at
    FROM (VALUES (false), (true)) AS part (retried)
    CROSS JOIN LATERAL (
      SELECT due_at FROM event_deliveries d
      WHERE d.consumer = c.consumer AND lane IS NOT NULL AND claim IS NULL AND d.retried = part.retried
      ORDER BY due_at LIMIT 1
    ) AS first
  ) AS laned`

/** Looks what is before the consumers of this process, and gives back what others left behind. */
export class Lookout {
  readonly #horizons = new Map<string, Horizon>()

  constructor(
    private readonly db: Pick<Database, 'query'>,
    private readonly consumers: readonly string[],
    private readonly settings: Pick<EventsConfig, 'retryBaseSeconds' | 'retryMaxSeconds'>,
  ) {}

  /** @param far at everything; otherwise from the horizon of the look before. */
  async look(far: boolean): Promise<Prospect[]> {
    const { consumers } = this
    const { retryBaseSeconds, retryMaxSeconds } = this.settings
    const from = consumers.map((name) => (far ? undefined : this.#horizons.get(name)) ?? NO_HORIZON)
    const fresh = from.map((horizon) => horizon.fresh)
    const retried = from.map((horizon) => horizon.retried)
    await this.db.query(GIVE_BACK_OVERDUE, [consumers, retried, retryBaseSeconds, retryMaxSeconds])
    const rows = await this.db.query<DueRow>(DUE, [consumers, fresh, retried])
    const prospects = rows.map(prospectOf)
    for (const { consumer, horizon } of prospects) this.#horizons.set(consumer, horizon)
    return prospects
  }
}

const prospectOf = (row: DueRow): Prospect => ({
  consumer: row.consumer,
  rule:
    row.lane_by === null
      ? undefined
      : { by: row.lane_by, width: row.lane_width, ordered: row.ordered },
  inMs: row.in_ms,
  hasSuspects: row.has_suspects,
  horizon: { fresh: row.fresh_since, retried: row.retried_since },
})
