import { z } from 'zod'
import { SandboxErrors } from './errors.js'

const share = z.number().min(0).max(1)

export const chaosKnobs = z.strictObject({
  /** Share of deliveries that are sent twice. */
  duplicate: share,
  /** Share of changes of which two events tell, each with an id of its own. */
  twin: share,
  /** How many waiting deliveries are shuffled among each other; 1 keeps the order. */
  reorder: z.number().int().min(1),
  /** The longest pause before a delivery, in milliseconds. */
  delay: z.number().int().min(0),
  /** Share of attempts that do not arrive and are made again later, as Stripe does. */
  drop: share,
  /** Share of deliveries that never arrive. */
  lose: share,
  /** Events' `created` is rounded down to multiples of this many seconds. */
  same_second: z.number().int().min(1),
  /** An older API version, such as `2024-06-20`, for endpoints that state none. */
  api_version: z.string().nullable(),
})
export type Chaos = z.output<typeof chaosKnobs>

const NO_CHAOS: Chaos = {
  duplicate: 0,
  twin: 0,
  reorder: 1,
  delay: 0,
  drop: 0,
  lose: 0,
  same_second: 1,
  api_version: null,
}

export const dunningSettings = z.strictObject({
  /** Days between an attempt to collect an invoice and the next. */
  retry_days: z.array(z.number().min(0)),
  /** What becomes of the subscription after the last attempt. */
  then: z.enum(['cancel', 'unpaid', 'past_due']),
})
export type Dunning = z.output<typeof dunningSettings>

const DUNNING: Dunning = { retry_days: [3, 5, 7], then: 'cancel' }

const price = z.object({
  /** Minor units. */
  amount: z.number().int().min(0),
  currency: z.string().length(3).default('usd'),
  /** Left out for what is paid once. */
  interval: z.enum(['day', 'week', 'month', 'year']).optional(),
  intervalCount: z.number().int().min(1).default(1),
  lookupKey: z.string().optional(),
})

const product = z.object({
  /** As whoever made it at Stripe would have chosen it; left out, it is Stripe's choice. */
  id: z.string().min(1).max(255).optional(),
  name: z.string().min(1),
  description: z.string().optional(),
  metadata: z.record(z.string(), z.string()).default({}),
  prices: z.array(price).min(1),
})
export type CatalogueProduct = z.infer<typeof product>

export const options = z.strictObject({
  /** 0 takes any free port. */
  port: z.number().int().min(0).max(65_535).default(12_111),
  host: z.string().default('127.0.0.1'),
  /** The secret key that the API asks for. */
  key: z
    .string()
    .regex(/^sk_test_\w+$/, 'must look like sk_test_…')
    .default('sk_test_sandbox'),
  /** Where the world is kept between starts; left out, it ends with the program. */
  file: z.string().optional(),
  /** The same seed makes the same ids and the same chaos; left out, each new world has its own. */
  seed: z.string().optional(),
  /** Seconds since the epoch at which the clock of a new world starts; left out, it is the machine's. */
  startAt: z.number().int().optional(),
  /** An endpoint that hears of everything from the first start on. */
  webhook: z
    .strictObject({
      url: z.url(),
      secret: z.string().trim().min(1),
      events: z.array(z.string()).min(1).default(['*']),
      apiVersion: z.string().nullable().default(null),
    })
    .optional(),
  /** What a new world sells. */
  catalogue: z.array(product).default([]),
  dunning: dunningSettings
    .partial()
    .transform((given) => ({ ...DUNNING, ...given }))
    .prefault({}),
  chaos: chaosKnobs
    .partial()
    .transform((given) => ({ ...NO_CHAOS, ...given }))
    .prefault({}),
})
export type SandboxOptions = z.input<typeof options>
export type ResolvedOptions = z.output<typeof options>

/** @throws SANDBOX_OPTIONS_INVALID */
export const resolveOptions = (given: SandboxOptions): ResolvedOptions => checked(options, given)

/** @throws SANDBOX_OPTIONS_INVALID */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw SandboxErrors.SANDBOX_OPTIONS_INVALID({ problems: problems.join('; ') })
}
