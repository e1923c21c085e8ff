import { z } from 'zod'

const MS_A_DAY = 86_400_000
const MOST_DAYS = 3660

const today = (offset = 0) => new Date(Date.now() + offset * MS_A_DAY).toISOString().slice(0, 10)

/** Of years that JavaScript and PostgreSQL count alike. */
const day = z.iso.date().refine((day) => day >= '1970-01-02' && day < '3000', {
  message: 'must be a day from 1970-01-02 to 2999-12-31',
})

/** The days of a question; the last 30, if none are given. */
export const range = z
  .object({
    from: day.default(() => today(-29)),
    to: day.default(() => today()),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be after `to`', path: ['from'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < MOST_DAYS * MS_A_DAY, {
    message: 'at most ten years at once',
    path: ['from'],
  })
