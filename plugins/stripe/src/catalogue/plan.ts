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

export const plan = z.object({
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
/** A plan as a configuration declares it. */
export type PlanInput = z.input<typeof plan>
export type PlanPrice = z.output<typeof price>

/** The name under which Stripe finds a price: the same plan, currency and rhythm. */
export const lookupKey = ({ key }: Plan, price: PlanPrice): string =>
  [key, price.currency, price.interval ?? 'once', price.intervalCount].join(':')

/** The place of the first name that has come before. */
const repeated = (names: readonly string[]) =>
  names.findIndex((name, index) => names.indexOf(name) !== index)

/** What is sold, declared in code. */
export const plans = z.array(plan).superRefine((all, ctx) => {
  // The path says where; a message must not repeat values of a configuration.
  const key = repeated(all.map((one) => one.key))
  if (key >= 0)
    ctx.addIssue({ code: 'custom', path: [key, 'key'], message: 'another plan has this key' })
  all.forEach((one, place) => {
    const price = repeated(one.prices.map((it) => lookupKey(one, it)))
    if (price < 0) return
    const path = [place, 'prices', price]
    ctx.addIssue({
      code: 'custom',
      path,
      message: 'another price of the plan has its currency and rhythm',
    })
  })
})
