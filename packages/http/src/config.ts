import proxyAddr from 'proxy-addr'
import { z } from 'zod'

const A_PORT = 'must be a whole number from 0 to 65535; 0 takes any free port'

export const config = z.strictObject({
  /** 0 takes any free port. */
  port: z.coerce.number<number | string>(A_PORT).int(A_PORT).min(0, A_PORT).max(65_535, A_PORT),
  /** Say `0.0.0.0` to be reached from other machines. */
  host: z.string().min(1).default('127.0.0.1'),
  /** `health` for a process that answers no requests but those that ask how it is, such as a worker. */
  serves: z.enum(['all', 'health']).default('all'),
  /** Where people reach the application, if that is not where it listens. */
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'must be a URL such as https://app.example.com' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /**
   * Proxies whose `X-Forwarded-For` is believed: addresses, networks such as `10.0.0.0/8`, or `loopback`,
   * `linklocal`, `uniquelocal`. Without any, the client is who connects.
   */
  trustedProxies: z
    .array(z.string().refine(isTrustable, 'must be an address, a network or `loopback`'))
    .default([]),
  /** Origins of other sites whose pages may call this server, such as `https://app.example.com`. */
  corsOrigins: z
    .array(
      z
        .string()
        .refine(
          (text) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text),
          'must be an origin such as https://app.example.com',
        ),
    )
    .default([]),
  /** What the application is called in the description of its API. */
  title: z.string().min(1).default('API'),
  /** Reads the metrics in Prometheus' text format. With it, superusers find them at `/metrics`. */
  metrics: z
    .custom<() => Promise<string>>((value) => typeof value === 'function', 'must be a function')
    .optional(),
  /** How long a stop waits for requests in flight, in milliseconds. */
  drainMs: z.coerce.number<number | string>().int().min(0).default(10_000),
})

function isTrustable(text: string): boolean {
  try {
    proxyAddr.compile(text)
    return true
  } catch {
    return false
  }
}

export type HttpConfig = z.infer<typeof config>
