import { z } from 'zod'

/** A name as people write it. No control characters: it ends up in the headers of mails. */
export const fullName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters')
