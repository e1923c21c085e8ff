import { z } from 'zod'

/** Text without the character NUL, which PostgreSQL has no place for. */
export const text = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[^\0]*$/, { message: 'must not hold the character NUL' })
