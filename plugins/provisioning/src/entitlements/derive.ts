import type { Grants, SubscriptionState } from '@titanforge/stripe'
import type { Entitlement } from './entitlement.js'

/**
 * What a subscription entitles to. Two items that grant one feature grant it once; of two limits the
 * higher counts. A price that the catalogue does not know grants nothing.
 */
export function derive(state: SubscriptionState): Entitlement[] {
  if (!state.access) return []
  const grace = dateOf(state.graceUntil)
  const end = dateOf(state.scheduledEnd)
  const late = grace !== null && (end === null || grace < end)
  return entitlementsOf(
    state.items.filter((item) => item.name !== null),
    { validUntil: late ? grace : end, late },
  )
}

/** The prices of a subscription that the catalogue does not know. */
export const unknownPrices = (state: SubscriptionState): string[] =>
  state.items.filter((item) => item.name === null).map((item) => item.priceId)

type Bought = { name: string | null; grants: Grants }

/** What was bought once entitles for good. */
export const derivePurchase = (items: readonly Bought[]): Entitlement[] =>
  entitlementsOf(items, FOR_GOOD)

/** What the payment provider itself says, it says until it says otherwise. */
export const deriveFeatures = (features: readonly string[]): Entitlement[] =>
  entitlementsOf([{ name: null, grants: { features: [...features], limits: {} } }], FOR_GOOD)

type End = Pick<Entitlement, 'validUntil' | 'late'>
const FOR_GOOD: End = { validUntil: null, late: false }

function entitlementsOf(items: readonly Bought[], end: End): Entitlement[] {
  const plans = new Set(items.flatMap((item) => item.name ?? []))
  const features = new Set(items.flatMap((item) => item.grants.features))
  const limits = new Map<string, number>()
  for (const [name, value] of items.flatMap((item) => Object.entries(item.grants.limits))) {
    limits.set(name, Math.max(value, limits.get(name) ?? 0))
  }
  const entitlement = (
    kind: Entitlement['kind'],
    feature: string,
    value: number | null = null,
  ) => ({
    kind,
    feature,
    value,
    ...end,
  })
  return [
    ...[...plans].map((plan) => entitlement('plan', plan)),
    ...[...features].map((feature) => entitlement('feature', feature)),
    ...[...limits].map(([name, value]) => entitlement('limit', name, value)),
  ]
}

const dateOf = (iso: string | null | undefined): Date | null => (iso ? new Date(iso) : null)
