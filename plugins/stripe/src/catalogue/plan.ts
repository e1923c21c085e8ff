import { z } from 'zod'

const price = z.object({
  /** Minor units. */
  unitAmount: z.number().int().min(0),
  currency: z
    .string()
    .length(3)
    .toLowerCase()
    .regex(/^[a-z]{3}$/)
    .default('usd'),
  /** How often it is charged; once, if left out. */
  interval: z.enum(['day', 'week', 'month', 'year']).optional(),
  intervalCount: z.number().int().min(1).default(1),
})

const plan = z.object({
  /** Unique and durable: it becomes part of the product's id. */
  key: z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be lower-case letters, digits, - and _'),
  name: z.string().min(1).max(250),
  description: z.string().min(1).max(500).optional(),
  features: z.array(z.string().regex(/^[\w.-]{1,30}$/)).default([]),
  limits: z.record(z.string().regex(/^[\w.-]{1,30}$/), z.number().int().min(0)).default({}),
  /** The workflow that buying it starts. */
  workflow: z.string().min(1).max(100).optional(),
  /** Days for which a user can try it, once; subscriptions only. */
  trialDays: z.number().int().min(0).max(730).default(0),
  prices: z.array(price).min(1),
})

export type Plan = z.output<typeof plan>
export type PlanPrice = z.output<typeof price>

/** The name under which Stripe finds a price: the same plan, currency and rhythm. */
export const lookupKey = ({ key }: Plan, price: PlanPrice): string =>
  [key, price.currency, price.interval ?? 'once', price.intervalCount].join(':')

const twice = (names: string[]) => names.find((name, index) => names.indexOf(name) !== index)

/** What is sold, declared in code. */
export const plans = z.array(plan).superRefine((all, ctx) => {
  const key = twice(all.map((one) => one.key))
  if (key) ctx.addIssue({ code: 'custom', message: `two plans have the key "${key}"` })
  const price = twice(all.flatMap((one) => one.prices.map((it) => lookupKey(one, it))))
  if (price) ctx.addIssue({ code: 'custom', message: `two prices are alike: ${price}` })
})
