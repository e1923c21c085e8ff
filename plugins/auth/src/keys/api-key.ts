import { randomBytes } from 'node:crypto'

// The beginning lets scanners of published code know a key of ours.
const SHAPE = /^tfk_([0-9a-f]{16})_[\w-]{43}$/

/** Makes a key: a prefix to find it by, and 256 bits that nobody can guess. */
export function makeApiKey(): { key: string; prefix: string } {
  const prefix = randomBytes(8).toString('hex')
  return { key: `tfk_${prefix}_${randomBytes(32).toString('base64url')}`, prefix }
}

/** The prefix of a key; undefined for what is none. */
export const prefixOf = (credential: string): string | undefined => SHAPE.exec(credential)?.[1]
