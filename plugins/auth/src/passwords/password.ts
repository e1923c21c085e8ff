import bcrypt from 'bcrypt'
import { z } from 'zod'

/** OWASP asks for at least 10; 12 takes about 0.2 s. */
const COST = 12
// bcrypt reads 72 bytes, up to the first NUL; whatever follows would be accepted as anything.
const LIMIT_BYTES = 72
const MINIMUM_CHARACTERS = 8

/** A password that bcrypt takes as a whole. */
export const password = z
  .string()
  .refine(
    (text) => Buffer.byteLength(text) <= LIMIT_BYTES,
    `must have at most ${LIMIT_BYTES} bytes`,
  )
  .refine((text) => !text.includes('\0'), 'must not contain NUL')

/** A password that somebody may choose. */
export const newPassword = password.refine(
  (text) => [...text].length >= MINIMUM_CHARACTERS,
  `must have at least ${MINIMUM_CHARACTERS} characters`,
)

export function hashPassword(text: string): Promise<string> {
  return bcrypt.hash(text, COST)
}

// The hash of 32 random bytes that nobody has kept, at the cost of every other.
const NOBODYS_HASH = '$2b$12$3sMiN6/C1CAxRNtkzc9oBOsK6tt7NEqCBEKKoZZiSmcQXfJsBzeoK'

/** Takes as long where there is no hash, so that the time does not tell who has an account. */
export function matchesPassword(text: string, hash: string | null | undefined): Promise<boolean> {
  return bcrypt.compare(text, hash ?? NOBODYS_HASH)
}
