import { createHash } from 'node:crypto'

/** What is kept of a random token: enough to know it again, not enough to use it. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
