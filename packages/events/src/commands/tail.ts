import { setTimeout as delay } from 'node:timers/promises'
import { CoreErrors, type Command } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { textOf } from './options.js'

const USAGE = '[--type TYPE] [--limit N] [--follow]'
const LOOK_MS = 500

interface TailRow {
  position: string
  timestamp: Date
  event_type: string
  key: string | null
  id: string
}

/** `events:tail`. Shows no payloads, which may hold what is nobody else's business. */
export const tailCommand = (db: Database): Command => ({
  name: 'events:tail',
  description: 'prints the newest events, and with --follow those that come',
  usage: USAGE,
  options: { type: { type: 'string' }, limit: { type: 'string' }, follow: { type: 'boolean' } },
  async run({ values, print, signal }) {
    const type = textOf(values.type) ?? null
    const rows = await newest(db, type, limitOf(values.limit))
    const show = ({ timestamp, event_type: name, key, id }: TailRow) =>
      print(`${timestamp.toISOString()}  ${name}  ${key ?? '-'}  ${id}`)
    rows.forEach(show)
    let last = rows.at(-1)?.position ?? '0'
    while (values.follow && !signal.aborted) {
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
      const more = await after(db, type, last)
      more.forEach(show)
      last = more.at(-1)?.position ?? last
    }
  },
})

const COLUMNS = 'position, timestamp, event_type, key, id'

const newest = (db: Database, type: string | null, limit: number) =>
  db.query<TailRow>(
    `SELECT * FROM (
       SELECT ${COLUMNS} FROM events WHERE $1::text IS NULL OR event_type = $1
       ORDER BY position DESC LIMIT $2
     ) AS newest ORDER BY position`,
    [type, limit],
  )

const after = (db: Database, type: string | null, position: string) =>
  db.query<TailRow>(
    `SELECT ${COLUMNS} FROM events WHERE position > $2 AND ($1::text IS NULL OR event_type = $1)
     ORDER BY position LIMIT 1000`,
    [type, position],
  )

function limitOf(value: unknown): number {
  const limit = Number(textOf(value) ?? 20)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit
  const problem = '--limit takes a whole number from 1 to 10,000.'
  throw CoreErrors.COMMAND_USAGE({ usage: `events:tail ${USAGE}`, problem })
}
