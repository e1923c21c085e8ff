import { z } from 'zod'
import { isCommonPassword } from './common-passwords.js'

const LEAST_CHARACTERS = 8
// Far beyond what people and their programs use; it bounds the work of hashing.
const MOST_BYTES = 1024

/** Whatever may be somebody's password. */
export const password = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= MOST_BYTES, `must have at most ${MOST_BYTES} bytes`)
  // Two halves of a character would become the same replacement character.
  .refine((text) => text.isWellFormed(), 'must be text')

/** A password that somebody may choose (OWASP ASVS 5, section 6.2). */
export const newPassword = password
  .refine(
    (text) => [...text].length >= LEAST_CHARACTERS,
    `must have at least ${LEAST_CHARACTERS} characters`,
  )
  .refine((text) => !isCommonPassword(text), 'is one of the most common passwords; choose another')
