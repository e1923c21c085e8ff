interface Listing<Item> {
  list(page: { limit: number }): { autoPagingToArray(most: { limit: number }): Promise<Item[]> }
}

/** Everything that Stripe lists, newest first. */
export const everyOf = <Item>(listing: Listing<Item>): Promise<Item[]> =>
  listing.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })
