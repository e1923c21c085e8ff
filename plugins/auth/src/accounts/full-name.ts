import { z } from 'zod'

/**
 * A name as people write it, which ends up in the headers of mails: no control characters, and none of those
 * that turn the direction of what is beside it.
 */
export const fullName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u, 'must not contain control characters')
