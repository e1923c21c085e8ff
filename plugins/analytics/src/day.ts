import { z } from 'zod'

/** A calendar day in UTC, as `2026-01-31`. */
export const day = z.iso.date()

/** The day that is `offset` days from today, in UTC. */
export function today(offset = 0): string {
  return new Date(Date.now() + offset * 24 * 3600 * 1000).toISOString().slice(0, 10)
}
