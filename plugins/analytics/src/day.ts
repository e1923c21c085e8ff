import { z } from 'zod'

/** A calendar day in UTC, as `2026-01-31`; of years that can have figures. */
export const day = z.iso.date().refine((day) => day >= '1970-01-02' && day < '3000', {
  message: 'must be a day from 1970-01-02 to 2999-12-31',
})

const DAY_MS = 24 * 3600 * 1000

/** The day that is `offset` days after another. */
export const addDays = (from: string, offset: number): string =>
  new Date(Date.parse(from) + offset * DAY_MS).toISOString().slice(0, 10)

/** The day that is `offset` days from today, in UTC. */
export const today = (offset = 0): string => addDays(new Date().toISOString().slice(0, 10), offset)
