import type Stripe from 'stripe'
import { lookupKey, type Plan, type PlanPrice } from './plan.js'
import type { CatalogueServices, PushReport } from './push.js'

/**
 * Makes the prices of a plan's product what the plan says. A price at Stripe never changes its amount, so
 * another amount is another price. What the plan does not say any more is archived, also where an earlier
 * push was cut short before it came to that; who pays it goes on paying it.
 */
export async function pushPrices(
  plan: Plan,
  product: string,
  services: CatalogueServices,
  report: PushReport,
): Promise<void> {
  const forSale = await services.gateway.call((client) =>
    client.prices.list({ product, active: true, limit: 100 }).autoPagingToArray({ limit: 10_000 }),
  )
  const wanted = new Set<string>()
  for (const price of plan.prices) {
    const key = lookupKey(plan, price)
    const same = forSale.find(
      ({ lookup_key, unit_amount }) => lookup_key === key && unit_amount === price.unitAmount,
    )
    const id = same?.id ?? (await create(plan, price, product, services))
    if (!same) report.created.push(id)
    wanted.add(id)
    await services.sync.sync('price', id)
  }
  for (const price of forSale) {
    if (wanted.has(price.id) || !isOf(plan, price)) continue
    await archive(price.id, services)
    report.archived.push(price.id)
  }
}

/** Whether a push made it. Prices that somebody made by hand are nothing of ours. */
const isOf = ({ key }: Plan, { metadata, lookup_key }: Stripe.Price) =>
  metadata.plan === key || lookup_key?.startsWith(`${key}:`)

async function create(
  plan: Plan,
  price: PlanPrice,
  product: string,
  { gateway, intents }: CatalogueServices,
): Promise<string> {
  const lookup_key = lookupKey(plan, price)
  const { unitAmount: unit_amount, currency, interval, intervalCount: interval_count } = price
  const wanted = {
    product,
    currency,
    unit_amount,
    lookup_key,
    // The price that had it before keeps nothing else that says whose it is.
    transfer_lookup_key: true,
    metadata: { plan: plan.key },
    ...(interval ? { recurring: { interval, interval_count } } : {}),
  }
  const { id } = await intents.run(`price:${lookup_key}`, wanted, (options) =>
    gateway.call((client) => client.prices.create(wanted, options)),
  )
  return id
}

async function archive(id: string, { gateway, intents, sync }: CatalogueServices): Promise<void> {
  await intents.run(`price:${id}:archive`, {}, (options) =>
    gateway.call((client) => client.prices.update(id, { active: false }, options)),
  )
  await sync.sync('price', id)
}
