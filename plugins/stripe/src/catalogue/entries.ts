import type { Transaction } from '@titanforge/core'
import type { Grants } from '../contract.js'

/** What the catalogue knows of a price. */
export interface CatalogueEntry {
  productId: string
  name: string
  grants: Grants
  /** The workflow that buying it starts. */
  workflow: string | null
}

/** The entries of prices, by the provider's id; those that the catalogue does not know are left out. */
export async function catalogueOf(
  tx: Transaction,
  priceIds: readonly string[],
): Promise<Map<string, CatalogueEntry>> {
  const rows = await tx.query<{
    stripe_price_id: string
    stripe_product_id: string
    name: string
    features: string[]
    limits: Record<string, number>
    workflow: string | null
  }>(
    `SELECT p.stripe_price_id, stripe_product_id, s.name, s.features, s.limits, s.workflow
     FROM products p JOIN stripe_products s USING (stripe_product_id) WHERE p.stripe_price_id = ANY($1)`,
    [priceIds],
  )
  return new Map(
    rows.map(({ stripe_price_id, stripe_product_id: productId, name, workflow, ...grants }) => [
      stripe_price_id,
      { productId, name, grants, workflow },
    ]),
  )
}
