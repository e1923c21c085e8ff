import type { Transaction } from '@titanforge/core'
import { LONGEST_WINDOW, rollUpActiveUsers } from './active-users.js'
import { rollUpAgents } from './agent-performance.js'
import type { DayRange } from './day-range.js'
import { rollUpCounts } from './event-counts.js'
import { rollUpMonths } from './months.js'
import { rollUpMovements } from './mrr-movements.js'
import { rollUpSnapshots } from './mrr-snapshots.js'
import { layOutStates } from './mrr-states.js'
import { rollUpRevenue } from './revenue.js'
import type { Scope } from './scope.js'

export { LONGEST_WINDOW }

/** One roll-up at a time, so that two never write each other's rows; to the end of the transaction. */
export async function takeTurn(tx: Transaction): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('analytics.roll-up', 0))")
  // Sorting a year's events in memory takes a fraction of the time.
  await tx.query("SET LOCAL work_mem = '128MB'")
}

/** Counts the events of a range of days anew. */
export async function rollUpEvents(tx: Transaction, range: DayRange): Promise<void> {
  await rollUpCounts(tx, range)
  await rollUpAgents(tx, range)
}

/**
 * Computes what subscriptions are worth anew. What a customer is worth on a day is what later days start
 * with, so a range that begins with a late fact has to reach to the last day that was computed.
 */
export async function rollUpMrr(tx: Transaction, range: DayRange, scope: Scope): Promise<void> {
  await layOutStates(tx, range, scope)
  await rollUpMovements(tx, range)
  await rollUpSnapshots(tx, range, scope)
  await rollUpMonths(tx, range)
}

/** Computes everything of a range of days anew. Running it twice gives the same rows (S9). */
export async function rollUpAll(tx: Transaction, range: DayRange, scope: Scope): Promise<void> {
  await rollUpEvents(tx, range)
  await rollUpActiveUsers(tx, range, scope)
  await rollUpRevenue(tx, range, scope)
  await rollUpMrr(tx, range, scope)
}
