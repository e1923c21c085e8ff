import type Stripe from 'stripe'
import type { StripeGateway } from '../gateway.js'
import type { Intents } from '../intents.js'
import type { ObjectSync } from '../sync/object-sync.js'
import { lookupKey, type Plan, type PlanPrice } from './plan.js'

export interface CatalogueServices {
  gateway: StripeGateway
  intents: Intents
  sync: ObjectSync
}

/** What a push did: ids of Stripe's, by what became of them. */
export interface PushReport {
  created: string[]
  updated: string[]
  archived: string[]
}

/**
 * Makes Stripe's catalogue what the plans say: a product each, and a price for each of theirs. Doing it
 * again changes nothing. A price at Stripe never changes its amount, so another amount is another price,
 * and the old one is archived; who pays it goes on paying it.
 */
export async function pushCatalogue(
  plans: readonly Plan[],
  services: CatalogueServices,
): Promise<PushReport> {
  const report: PushReport = { created: [], updated: [], archived: [] }
  for (const plan of plans) {
    const product = await pushProduct(plan, services, report)
    for (const price of plan.prices) await pushPrice(plan, price, product, services, report)
  }
  return report
}

function productOf(plan: Plan) {
  const entries: [string, string][] = [
    ...plan.features.map((feature): [string, string] => [`feature:${feature}`, 'true']),
    ...Object.entries(plan.limits).map(([name, limit]): [string, string] => [
      `limit:${name}`,
      String(limit),
    ]),
    ['plan', plan.key],
    ...(plan.workflow ? [['workflow', plan.workflow] as [string, string]] : []),
    ...(plan.trialDays > 0 ? [['trial_days', String(plan.trialDays)] as [string, string]] : []),
  ]
  const metadata: Record<string, string> = Object.fromEntries(entries)
  return { name: plan.name, metadata, description: plan.description }
}

async function pushProduct(
  plan: Plan,
  { gateway, intents, sync }: CatalogueServices,
  report: PushReport,
): Promise<string> {
  const id = `plan_${plan.key}`
  const wanted = productOf(plan)
  const found = await gateway.find((client) => client.products.retrieve(id))
  if (!found) {
    await intents.run(`product:${id}`, wanted, (options) =>
      gateway.call((client) => client.products.create({ id, ...wanted }, options)),
    )
    report.created.push(id)
  } else if (!isSame(found, wanted)) {
    // An empty value takes an entry away.
    const gone = Object.keys(found.metadata).filter((key) => !(key in wanted.metadata))
    const metadata = { ...Object.fromEntries(gone.map((key) => [key, ''])), ...wanted.metadata }
    const change = { ...wanted, active: true, description: wanted.description ?? '', metadata }
    await intents.run(`product:${id}`, change, (options) =>
      gateway.call((client) => client.products.update(id, change, options)),
    )
    report.updated.push(id)
  }
  await sync.sync('product', id)
  return id
}

function isSame(found: Stripe.Product, wanted: ReturnType<typeof productOf>): boolean {
  const entries = (metadata: Record<string, string>) =>
    JSON.stringify(Object.entries(metadata).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return (
    found.active &&
    found.name === wanted.name &&
    (found.description ?? undefined) === wanted.description &&
    entries(found.metadata) === entries(wanted.metadata)
  )
}

async function pushPrice(
  plan: Plan,
  price: PlanPrice,
  product: string,
  { gateway, intents, sync }: CatalogueServices,
  report: PushReport,
): Promise<void> {
  const lookup_key = lookupKey(plan, price)
  const { data } = await gateway.call((client) =>
    client.prices.list({ lookup_keys: [lookup_key], limit: 1 }),
  )
  const [old] = data
  if (old?.active && old.unit_amount === price.unitAmount)
    return void (await sync.sync('price', old.id))
  const { unitAmount: unit_amount, currency, interval, intervalCount: interval_count } = price
  const recurring = interval ? { recurring: { interval, interval_count } } : {}
  const wanted = {
    product,
    currency,
    unit_amount,
    lookup_key,
    transfer_lookup_key: true,
    ...recurring,
  }
  const made = await intents.run(`price:${lookup_key}`, wanted, (options) =>
    gateway.call((client) => client.prices.create(wanted, options)),
  )
  report.created.push(made.id)
  await sync.sync('price', made.id)
  if (!old?.active) return
  await intents.run(`price:${old.id}:archive`, {}, (options) =>
    gateway.call((client) => client.prices.update(old.id, { active: false }, options)),
  )
  report.archived.push(old.id)
  await sync.sync('price', old.id)
}
