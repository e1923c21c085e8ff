// Where PostgreSQL's times begin, but for some weeks: https://www.postgresql.org/docs/current/datatype-datetime.html
const EARLIEST = Date.UTC(-4712, 0, 1)

/** Whether this is a time that every bus can store. */
export const isMoment = (date: unknown): date is Date =>
  date instanceof Date && date.getTime() >= EARLIEST

/** What to give where it is none. */
export const MOMENT = 'a valid Date, from 4713 BC on'
