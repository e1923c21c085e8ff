import { z } from 'zod'
import { day, today } from '../day.js'

/** The days of a question; the last 30, if none are given. */
export const range = z
  .object({
    from: day.default(() => today(-29)),
    to: day.default(() => today()),
    currency: z
      .string()
      .toLowerCase()
      .regex(/^[a-z]{3}$/, 'must be an ISO 4217 code')
      .optional(),
  })
  .refine(({ from, to }) => from <= to, { message: 'must not be after `to`', path: ['from'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < 3660 * 24 * 3600 * 1000, {
    message: 'at most ten years at once',
    path: ['from'],
  })

/** The rows of a currency, where one is asked for, and those that are not money. */
export const inCurrency =
  (currency: string | undefined) =>
  (row: { currency: string }): boolean =>
    currency === undefined || row.currency === '' || row.currency === currency
