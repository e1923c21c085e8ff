import type { Transaction } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import { addDays, today } from '../day.js'
import { changedDays, settledAt } from './changed-days.js'
import { pieces, rangesOf, type DayRange } from './day-range.js'
import { keepProgress, progressOf } from './progress.js'
import { LONGEST_WINDOW, rollUpEvents, rollUpMrr, takeTurn } from './roll-up.js'
import { rollUpActiveUsers } from './active-users.js'
import { rollUpRevenue } from './revenue.js'
import type { Scope } from './scope.js'

/** How far the last one came. */
interface CaughtUp {
  settledAt: string
  day: string
}

/** So many days are computed in one transaction. Each has to look at what was before it. */
export const PIECE_DAYS = 366

/**
 * Computes the days anew to which facts have come since the last time, and those that were not over then.
 * Whoever is active counts for 30 days, and what subscriptions are worth lasts until today.
 *
 * @param signal ends it between two pieces; what is left is done the next time.
 */
export async function catchUp(db: Database, scope: Scope, signal: AbortSignal): Promise<void> {
  const last = await progressOf<CaughtUp>(db, 'catch-up')
  const settled = await settledAt(db)
  const now = today()
  const since = last && new Date(last.settledAt)
  const changed = await changedDays(db, since, scope.activity)
  const open = pieces({ from: last?.day ?? now, to: now }, 1).map(({ from }) => from)
  const inWindows = changed.activity.flatMap((day) =>
    Array.from({ length: LONGEST_WINDOW }, (_, n) => addDays(day, n)).filter((one) => one <= now),
  )
  const mrrFrom = [...changed.mrr, ...open].reduce((a, b) => (a < b ? a : b))
  const work: [DayRange[], (tx: Transaction, range: DayRange) => Promise<void>][] = [
    [rangesOf([...changed.events, ...open]), rollUpEvents],
    [rangesOf([...inWindows, ...open]), (tx, range) => rollUpActiveUsers(tx, range, scope)],
    [rangesOf([...changed.revenue, ...open]), (tx, range) => rollUpRevenue(tx, range, scope)],
    [[{ from: mrrFrom, to: now }], (tx, range) => rollUpMrr(tx, range, scope)],
  ]
  for (const [ranges, rollUp] of work) {
    for (const piece of ranges.flatMap((range) => pieces(range, PIECE_DAYS))) {
      if (signal.aborted) return
      await db.transaction(
        async (tx) => {
          await takeTurn(tx)
          await rollUp(tx, piece)
        },
        { statementSeconds: 0 },
      )
    }
  }
  await keepProgress(db, 'catch-up', { settledAt: settled.toISOString(), day: now })
}
