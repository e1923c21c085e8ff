import type Stripe from 'stripe'
import type { StripeGateway } from '../gateway.js'
import type { Intents } from '../intents.js'
import type { ObjectSync } from '../sync/object-sync.js'
import type { Plan } from './plan.js'
import { planAtStripe, type PlanAtStripe } from './plan-at-stripe.js'
import { pushPrices } from './push-prices.js'

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
 * again changes nothing, and goes on where it was cut short. A plan that is not declared any more stays as
 * it is at Stripe.
 */
export async function pushCatalogue(
  plans: readonly Plan[],
  services: CatalogueServices,
): Promise<PushReport> {
  const report: PushReport = { created: [], updated: [], archived: [] }
  for (const plan of plans) {
    const product = await pushProduct(plan, services, report)
    await pushPrices(plan, product, services, report)
  }
  return report
}

type Wanted = Pick<PlanAtStripe, 'name' | 'description' | 'metadata'>

async function pushProduct(
  plan: Plan,
  { gateway, intents, sync }: CatalogueServices,
  report: PushReport,
): Promise<string> {
  const { id, name, description, metadata: granting } = planAtStripe(plan)
  const wanted: Wanted = { name, description, metadata: granting }
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

function isSame(found: Stripe.Product, wanted: Wanted): boolean {
  const entries = (metadata: Record<string, string>) =>
    JSON.stringify(Object.entries(metadata).toSorted(([one], [other]) => (one < other ? -1 : 1)))
  return (
    found.active &&
    found.name === wanted.name &&
    (found.description ?? undefined) === wanted.description &&
    entries(found.metadata) === entries(wanted.metadata)
  )
}
