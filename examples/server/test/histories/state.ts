/** What billing comes to, in a form that both Stripe's objects and our tables can be read into. Times are seconds. */
export interface BillingState {
  /** The current customer of each person. */
  customers: Record<string, string | null>
  subscriptions: Record<string, SubscriptionView>
  invoices: Record<string, object>
  /** Those that were paid. */
  charges: Record<string, object>
  refunds: Record<string, object>
  disputes: Record<string, object>
  creditNotes: Record<string, object>
  purchases: Record<string, object>
  checkouts: Record<string, object>
  /** What each person is entitled to now, by the subscription or purchase that entitles. */
  entitlements: Record<string, string[]>
}

export interface SubscriptionView {
  user: string | undefined
  status: string
  items: { price: string; product: string; quantity: number | null }[]
  start: number | null
  end: number | null
  cancelAtPeriodEnd: boolean
  cancelAt: number | null
  canceledAt: number | null
  endedAt: number | null
  trialEnd: number | null
  latestInvoice: string | null
}

/** A part of the state, by the ids of Stripe. */
export const byId = <Item, View>(
  items: readonly Item[],
  id: (item: Item) => string,
  view: (item: Item) => View,
): Record<string, View> =>
  Object.fromEntries(
    items
      .map((item) => [id(item), view(item)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  )
