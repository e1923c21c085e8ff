import { z } from 'zod'

/** A calendar day in UTC, as `2026-01-31`. */
export const day = z.iso.date()

const DAY_MS = 24 * 3600 * 1000

/** The day that is `offset` days after another. */
export const addDays = (from: string, offset: number): string =>
  new Date(Date.parse(from) + offset * DAY_MS).toISOString().slice(0, 10)

/** The day that is `offset` days from today, in UTC. */
export const today = (offset = 0): string => addDays(new Date().toISOString().slice(0, 10), offset)
