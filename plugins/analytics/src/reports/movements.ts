import type { Database } from '@titanforge/database'
import { z } from 'zod'
import type { Movement, MovementPage, MovementQuery } from '../contract.js'
import { AnalyticsErrors } from '../errors.js'
import { beginOf } from '../roll-up/scope.js'

const MOST = 1_000

type Row = Omit<Movement, 'at'> & { at: Date; place: string }

// Where a movement stands: by its moment, to the microsecond, then by customer, currency and its number there.
const PLACE = `concat_ws('_', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), customer_id, currency, nth)`
const cursor = z.tuple([
  z.iso.datetime(),
  z.guid(),
  z.string().length(3),
  z.string().regex(/^\d{1,9}$/),
])

const select = (isNewest: boolean) => {
  const [compare, way] = isNewest ? ['<', 'DESC'] : ['>', 'ASC']
  const order = ['at', 'customer_id', 'currency', 'nth'].map((column) => `${column} ${way}`).join()
  return `
  SELECT at, customer_id AS "customerId", currency, kind, amount::float8, balance::float8,
         cause_sub AS "subscriptionId", source_version AS revision, reason, ${PLACE} AS place
  FROM (
    SELECT * FROM mrr_movements
    WHERE at >= ${beginOf('$1')} AND at < ${beginOf('$2', 1)} AND ($3::text IS NULL OR currency = $3)
      AND ($4::timestamptz IS NULL OR (at, customer_id, currency, nth) ${compare} ($4, $5::uuid, $6::text, $7::bigint))
    ORDER BY ${order} LIMIT $8
  ) AS page ORDER BY ${order}`
}

/** A page of the ledger. */
export async function movements(
  db: Database,
  { from, to, currency, order = 'oldest', limit = MOST, after }: MovementQuery,
): Promise<MovementPage> {
  const place = after === undefined ? undefined : cursor.safeParse(after.split('_'))
  if (place?.success === false) throw AnalyticsErrors.CURSOR_INVALID()
  const [at = null, customer = null, inCurrency = null, nth = null] = place?.data ?? []
  const rows = await db.query<Row>(select(order === 'newest'), [
    from,
    to,
    currency ?? null,
    at,
    customer,
    inCurrency,
    nth,
    limit + 1,
  ])
  const page = rows.slice(0, limit)
  return {
    movements: page.map(({ place: _place, at, ...row }) => ({ at: at.toISOString(), ...row })),
    next: rows.length > limit ? (page.at(-1)?.place ?? null) : null,
  }
}
