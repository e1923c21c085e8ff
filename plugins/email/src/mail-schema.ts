import { z } from 'zod'
import { address } from './address.js'
import type { Mail } from './contract.js'
import { line } from './line.js'

// Visible ASCII without the angle brackets that it stands between (RFC 2369 section 2).
const HEADER_URL = /^[!-;=?-~]+$/
const NOT_ENCODED = 'must be a URL without spaces and other characters that have to be encoded'

/** What the mailer accepts. */
export const mailSchema: z.ZodType<Mail> = z.object({
  to: address,
  subject: line,
  text: z.string(),
  html: z.string().optional(),
  pictures: z
    .array(
      z.object({
        name: z.string().regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and hyphens'),
        png: z.instanceof(Uint8Array),
      }),
    )
    .optional(),
  key: z.string().min(1),
  unsubscribeUrl: z
    .url({ protocol: /^https?$/ })
    .regex(HEADER_URL, NOT_ENCODED)
    .optional(),
})
