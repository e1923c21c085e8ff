import { z } from 'zod'

/** Text that fits into one header: a line break in it would begin the next one. */
export const line = z
  .string()
  .regex(/\S/, 'must not be empty')
  .regex(/^\P{Cc}*$/u, 'must be one line without control characters')
