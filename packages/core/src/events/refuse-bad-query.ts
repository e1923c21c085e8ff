import { CoreErrors } from '../errors/core-errors.js'
import { isMoment, MOMENT } from './moment.js'
import { isUuid } from './uuid.js'

/**
 * What a question about past events is bounded by; what is undefined was not asked for.
 *
 * @example
 * const bounds: QueryBounds = { moments: { since: new Date() }, limit: 10 }
 */
export interface QueryBounds {
  /** Times, by the names under which they were given. */
  moments?: Readonly<Record<string, Date | undefined>>
  /** UUIDs, by the names under which they were given. */
  ids?: Readonly<Record<string, string | undefined>>
  /** The length of a page. */
  limit?: number
}

/**
 * Says what is wrong with a question about past events before a store has to.
 *
 * @example
 * refuseBadQuery('page of events', { limit: 20 })
 * @throws INPUT_INVALID
 */
export function refuseBadQuery(
  what: string,
  { moments = {}, ids = {}, limit = 1 }: QueryBounds,
): void {
  const problems = [
    ...Object.entries(moments).map(
      ([name, date]) => date && !isMoment(date) && `${name} is ${String(date)}; give ${MOMENT}.`,
    ),
    ...Object.entries(ids).map(
      ([name, id]) => id !== undefined && !isUuid(id) && `${name} is "${id}"; give a UUID.`,
    ),
    !(Number.isSafeInteger(limit) && limit >= 1) &&
      `limit is ${limit}; give a whole number from 1 on.`,
  ].filter((problem) => typeof problem === 'string')
  if (problems.length > 0) throw CoreErrors.INPUT_INVALID({ what, problems })
}
