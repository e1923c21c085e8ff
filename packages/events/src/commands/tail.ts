import { setTimeout as delay } from 'node:timers/promises'
import { CoreErrors, type Command } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { LogFollower, type LogEntry } from '../log/follower.js'
import { textOf } from './options.js'

const USAGE = '[--type TYPE] [--limit N] [--follow]'
const LOOK_MS = 500

/** `events:tail`. Shows no payloads, which may hold what is nobody else's business. */
export const tailCommand = (db: Database): Command => ({
  name: 'events:tail',
  description: 'prints the newest events, and with --follow those that come',
  usage: USAGE,
  options: { type: { type: 'string' }, limit: { type: 'string' }, follow: { type: 'boolean' } },
  async run({ values, print, signal }) {
    const follower = new LogFollower(db, textOf(values.type))
    const show = ({ timestamp, event_type: type, key, id }: LogEntry) =>
      print(`${timestamp.toISOString()}  ${type}  ${key ?? '-'}  ${id}`)
    const newest = await follower.newest(limitOf(values.limit))
    newest.forEach(show)
    while (values.follow && !signal.aborted) {
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
      const more = await follower.next()
      more.forEach(show)
    }
  },
})

function limitOf(value: unknown): number {
  const limit = Number(textOf(value) ?? 20)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 10_000) return limit
  const problem = '--limit takes a whole number from 1 to 10,000.'
  throw CoreErrors.COMMAND_USAGE({ usage: `events:tail ${USAGE}`, problem })
}
