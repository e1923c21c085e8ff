import { CoreErrors, parse, type Command } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { SingleBar } from 'cli-progress'
import { z } from 'zod'
import type { Analytics, Progress } from './contract.js'
import { day, today } from './day.js'
import { AnalyticsErrors } from './errors.js'
import { forgetProgress } from './roll-up/progress.js'

const range = z
  .object({ from: day.default(() => today(-1)), to: day.default(() => today()) })
  .refine(({ from, to }) => from <= to, { message: 'must not be after --to', path: ['from'] })

const rate = z.tuple([
  day,
  z.string().length(3),
  z.string().length(3),
  z.string().regex(/^\d+(\.\d+)?$/, 'must be a decimal such as 1.0843'),
])

const RATE_USAGE = 'DAY BASE QUOTE RATE'
const INTERNAL_USAGE = 'EMAIL [--undo]'

const misused = (command: string, usage: string, takes: string) =>
  CoreErrors.COMMAND_USAGE({
    usage: `analytics:${command} ${usage}`,
    problem: `analytics:${command} ${takes}`,
  })

/** `analytics:rollup`, `analytics:rate` and `analytics:internal`. */
export const analyticsCommands = (db: Database, analytics: Analytics): Command[] => [
  {
    name: 'analytics:rollup',
    description: 'computes figures anew, yesterday and today if no range is given',
    usage: '[--from 2026-01-01] [--to 2026-01-31]',
    options: { from: { type: 'string' }, to: { type: 'string' } },
    async run({ values, print, signal }) {
      const days = parse(range, { ...values }, 'range of days')
      const bar = new SingleBar({ format: 'Rolling up {bar} {value}/{total} days, to {day}' })
      bar.start(1, 0, { day: days.from })
      const onProgress = ({ day, days, of }: Progress) => {
        bar.setTotal(of)
        bar.update(days, { day })
      }
      const isWhole = await analytics.rollUp(days, { signal, onProgress }).finally(() => bar.stop())
      const { from, to } = days
      print(
        isWhole
          ? `${from} to ${to} are computed.`
          : `Stopped. The same command goes on where it was: --from ${from} --to ${to}`,
      )
    },
  },
  {
    name: 'analytics:rate',
    description: 'sets what one unit of a currency costs in another from a day on',
    usage: RATE_USAGE,
    async run({ positionals, print }) {
      if (positionals.length !== 4)
        throw misused('rate', RATE_USAGE, 'takes a day, two currencies and a rate.')
      const [day, base, quote, value] = parse(rate, positionals, 'exchange rate')
      await analytics.setRates([{ day, base, quote, rate: value }])
      print(`From ${day} on, 1 ${base.toUpperCase()} is ${value} ${quote.toUpperCase()}.`)
    },
  },
  {
    name: 'analytics:internal',
    description: "leaves an account of your own people's out of all figures",
    usage: INTERNAL_USAGE,
    options: { undo: { type: 'boolean' } },
    async run({ positionals: [email], values, print }) {
      if (!email) throw misused('internal', INTERNAL_USAGE, 'takes the address of an account.')
      const isInternal = values.undo !== true
      const changed = await db.query(
        'UPDATE users SET is_internal = $2 WHERE lower(email) = lower($1) RETURNING id',
        [email, isInternal],
      )
      if (changed.length === 0) throw AnalyticsErrors.ACCOUNT_UNKNOWN({ email })
      // What was broken off has computed days with this account, or without it.
      await forgetProgress(db, 'back-fill')
      print(
        `${email} ${isInternal ? 'counts no more' : 'counts again'}. Run analytics:rollup for the days that shall show it.`,
      )
    },
  },
]
