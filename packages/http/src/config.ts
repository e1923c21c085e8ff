import { z } from 'zod'

export const config = z.object({
  /** 0 takes any free port. */
  port: z.coerce.number<number | string>().int().min(0).max(65_535),
  /** Say `0.0.0.0` to be reached from other machines. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Where people reach the application, if that is not where it listens. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** How long a stop waits for requests in flight, in milliseconds. */
  drainMs: z.coerce.number<number | string>().int().min(0).default(10_000),
})
export type HttpConfig = z.infer<typeof config>
