import { z } from 'zod'
import { githubConfig } from './github/config.js'
import { limitsConfig } from './limits/limits.js'

const LEAST_BYTES = 32
const LEAST_DISTINCT = 8

const count = (most: number, value: number) =>
  z.coerce.number<number | string>().int().min(1).max(most).default(value)

/** Whether it goes on as it began, once half of it is over. */
const isRepetition = (secret: string) =>
  Array.from({ length: secret.length >> 1 }, (_, n) => secret.slice(n + 1)).some((rest) =>
    secret.startsWith(rest),
  )

/** Long, and not what somebody typed to have something. */
const isGood = (secret: string) =>
  Buffer.byteLength(secret) >= LEAST_BYTES &&
  new Set(secret).size >= LEAST_DISTINCT &&
  !isRepetition(secret)

export const config = z.strictObject({
  /**
   * Signs everything that clients hold. With several, the first one signs and all of them verify, so that
   * one can be replaced by another; a single new one logs everybody out.
   */
  jwtSecret: z
    .string()
    .or(z.array(z.string()))
    .transform((secrets) => [secrets].flat())
    .refine(
      (secrets): secrets is [string, ...string[]] => secrets.length > 0 && secrets.every(isGood),
      `must have at least ${LEAST_BYTES} bytes at random; make one with \`openssl rand -base64 48\``,
    ),
  accessTokenMinutes: count(15, 15),
  /** How long a log-in lasts, however often its tokens are renewed. */
  sessionDays: count(365, 30),
  /** How recent a log-in has to be for what needs more than an access token. */
  freshMinutes: count(60, 10),
  /** The logarithm of bcrypt's rounds; less than 12 is for tests. Raising it rehashes at the next log-in. */
  passwordCost: z.coerce.number<number | string>().int().min(4).max(16).default(12),
  /** How many passwords may wait to be hashed; whoever comes after them is asked to come again. */
  passwordQueue: count(10_000, 100),
  /** A path of this server, such as `/`, to which the pages lead on that mails link to. */
  home: z
    .string()
    .regex(/^\/(?![/\\])[\w./-]*$/, 'must be a path of this server, such as /')
    .optional(),
  limits: limitsConfig.prefault({}),
  github: githubConfig.prefault({}),
})
