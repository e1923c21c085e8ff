import { z } from 'zod'

export const config = z.object({
  /** Signs the access tokens. A new one logs everybody out. */
  jwtSecret: z
    .string()
    .refine(
      (secret) => Buffer.byteLength(secret) >= 32,
      'must have at least 32 bytes; make one with `openssl rand -base64 48`',
    ),
  accessTokenMinutes: z.coerce.number<number | string>().int().min(1).max(1440).default(15),
})
