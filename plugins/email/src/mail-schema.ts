import { z } from 'zod'
import { address } from './address.js'
import type { Mail } from './contract.js'
import { line } from './line.js'

/** What the mailer accepts. */
export const mailSchema: z.ZodType<Mail> = z.object({
  to: address,
  subject: line,
  text: z.string(),
  html: z.string().optional(),
  key: z.string().min(1),
})
