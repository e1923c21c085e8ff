import { z } from 'zod'

const LEAST_BYTES = 32

export const config = z.strictObject({
  /** Where people reach the application; mails link to it. */
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as https://app.example.com' })
    .optional(),
  productName: z
    .string()
    .regex(/^\P{Cc}+$/u, 'must be one line')
    .default('TitanForge'),
  /**
   * Signs the links that end mails. With several, the first one signs and all of them verify: keep an old
   * one for as long as mails with its links are to work.
   */
  linkSecret: z
    .string()
    .or(z.array(z.string()))
    .transform((secrets) => [secrets].flat())
    .refine(
      (secrets) =>
        secrets.length > 0 && secrets.every((secret) => Buffer.byteLength(secret) >= LEAST_BYTES),
      `must have at least ${LEAST_BYTES} bytes at random; make one with \`openssl rand -base64 48\``,
    ),
})

/** What letters are written about. */
export type Product = Pick<z.infer<typeof config>, 'publicUrl' | 'productName'>
