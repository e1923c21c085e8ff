import { addressParser } from 'postal-mime'
import { z } from 'zod'
import { address } from './address.js'
import { line } from './line.js'

/** Who sends: an address, or a name with one, as in `TitanForge <hello@example.com>`. */
export const sender = line.transform((text, ctx) => {
  const [mailbox, ...others] = addressParser(text)
  const parsed = address.safeParse(mailbox?.address)
  if (parsed.success && others.length === 0)
    return { name: mailbox?.name ?? '', address: parsed.data }
  ctx.addIssue({
    code: 'custom',
    message: 'must be one address, such as hello@example.com or "Name <hello@example.com>"',
  })
  return z.NEVER
})
export type Sender = z.infer<typeof sender>
