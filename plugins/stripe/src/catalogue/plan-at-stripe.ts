import { lookupKey, plan, type Plan, type PlanInput } from './plan.js'

/** A plan as Stripe keeps it: a product, and a price for each of the plan's. */
export interface PlanAtStripe {
  id: string
  name: string
  description: string | undefined
  /** What buying it grants, among other things. */
  metadata: Record<string, string>
  prices: (Plan['prices'][number] & { lookupKey: string })[]
}

/**
 * What `stripe:catalog:push` makes of a plan at Stripe. A stand-in for Stripe that is given the same has
 * nothing left to be pushed.
 *
 * @throws ZodError where it is no plan.
 */
export function planAtStripe(given: PlanInput): PlanAtStripe {
  const it = plan.parse(given)
  const entries: [string, string][] = [
    ...it.features.map((feature): [string, string] => [`feature:${feature}`, 'true']),
    ...Object.entries(it.limits).map(([name, limit]): [string, string] => [
      `limit:${name}`,
      String(limit),
    ]),
    ['plan', it.key],
    ...(it.workflow ? [['workflow', it.workflow] as [string, string]] : []),
    ...(it.trialDays > 0 ? [['trial_days', String(it.trialDays)] as [string, string]] : []),
  ]
  return {
    id: `plan_${it.key}`,
    name: it.name,
    description: it.description,
    metadata: Object.fromEntries(entries),
    prices: it.prices.map((price) => ({ ...price, lookupKey: lookupKey(it, price) })),
  }
}
