import { z } from 'zod'

const MS_A_DAY = 86_400_000
const MOST_DAYS = 3660

const today = (offset = 0) => new Date(Date.now() + offset * MS_A_DAY).toISOString().slice(0, 10)

/** The days of a question; the last 30, if none are given. */
export const range = z
  .object({
    from: z.iso.date().default(() => today(-29)),
    to: z.iso.date().default(() => today()),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be after `to`', path: ['from'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < MOST_DAYS * MS_A_DAY, {
    message: 'at most ten years at once',
    path: ['from'],
  })
