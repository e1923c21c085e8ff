import type { Database } from '@titanforge/database'
import { addDays, today } from '../day.js'
import { PIECE_DAYS } from './catch-up.js'
import { rollUpCohorts } from './cohorts.js'
import { pieces, type DayRange } from './day-range.js'
import { forgetProgress, keepProgress, progressOf } from './progress.js'
import { rollUpAll, takeTurn } from './roll-up.js'
import type { Scope } from './scope.js'

/** A back-fill that was broken off. */
interface Unfinished extends DayRange {
  next: string
}

/** How far a back-fill is. */
export interface Progress {
  /** The last day that is done. */
  day: string
  /** How many days are done, and of how many. */
  days: number
  of: number
}

export interface BackFillOptions {
  /** Told after each piece. */
  onProgress?: (progress: Progress) => void
  /** Ends it after the piece that is under way. */
  signal?: AbortSignal
}

const daysIn = ({ from, to }: DayRange) => pieces({ from, to }, 1).length

/**
 * Computes every day of a range anew up to today, piece by piece. One that was broken off goes on where it
 * was, if it is called with the same range.
 *
 * @returns whether it came to the end.
 */
export async function backFill(
  db: Database,
  range: DayRange,
  scope: Scope,
  { onProgress, signal }: BackFillOptions = {},
): Promise<boolean> {
  const unfinished = await progressOf<Unfinished>(db, 'back-fill')
  const isSame = unfinished?.from === range.from && unfinished.to === range.to
  const from = isSame ? unfinished.next : range.from
  const to = range.to < today() ? range.to : today()
  const of = daysIn({ from: range.from, to })
  for (const piece of pieces({ from, to }, PIECE_DAYS)) {
    if (signal?.aborted) return false
    await db.transaction(
      async (tx) => {
        await takeTurn(tx)
        await rollUpAll(tx, piece, scope)
        await keepProgress(tx, 'back-fill', { ...range, next: addDays(piece.to, 1) })
      },
      { statementSeconds: 0 },
    )
    onProgress?.({ day: piece.to, days: daysIn({ from: range.from, to: piece.to }), of })
  }
  await db.transaction(
    async (tx) => {
      await takeTurn(tx)
      await rollUpCohorts(tx, scope)
      await forgetProgress(tx, 'back-fill')
    },
    { statementSeconds: 0 },
  )
  return true
}
