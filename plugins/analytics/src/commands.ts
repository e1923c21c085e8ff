import { parse, type Command } from '@titanforge/core'
import { z } from 'zod'
import type { Analytics } from './contract.js'
import { day, today } from './day.js'

const options = z.object({ from: day.default(() => today(-1)), to: day.default(() => today()) })

/** `analytics:rollup`. */
export function analyticsCommands(analytics: Analytics): Command[] {
  return [
    {
      name: 'analytics:rollup',
      description: 'computes daily figures anew, yesterday and today if no range is given',
      usage: '[--from 2026-01-01] [--to 2026-01-31]',
      options: { from: { type: 'string' }, to: { type: 'string' } },
      async run({ values, print }) {
        const { from, to } = parse(options, { ...values }, 'range of days')
        await analytics.rollUp(from, to)
        for (const { day, metric, currency, value, isProvisional } of await analytics.metrics(
          from,
          to,
        )) {
          print(
            `${day}  ${metric}  ${value}${currency && ` ${currency}`}${isProvisional ? '  (provisional)' : ''}`,
          )
        }
      },
    },
  ]
}
