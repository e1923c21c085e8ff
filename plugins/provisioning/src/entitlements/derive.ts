import type { Grants, SubscriptionState } from '@titanforge/stripe'

export interface Entitlement {
  kind: 'plan' | 'feature' | 'limit'
  feature: string
  /** The limit; null for a plan or a feature. */
  value: number | null
  /** Null while no end is known. */
  validUntil: Date | null
}

/**
 * What a subscription entitles to. Two items that grant one feature grant it once; of two limits the
 * higher counts. A price that the catalogue does not know grants nothing.
 */
export function derive(state: SubscriptionState): Entitlement[] {
  if (!state.access) return []
  const validUntil = earliest(state.scheduledEnd, state.graceUntil)
  return entitlementsOf(
    state.items.filter((item) => item.name !== null),
    validUntil,
  )
}

type Bought = { name: string | null; grants: Grants }

/** What was bought once entitles for good. */
export const derivePurchase = (items: readonly Bought[]): Entitlement[] =>
  entitlementsOf(items, null)

function entitlementsOf(items: readonly Bought[], validUntil: Date | null): Entitlement[] {
  const plans = new Set(items.flatMap((item) => item.name ?? []))
  const features = new Set(items.flatMap((item) => item.grants.features))
  const limits = new Map<string, number>()
  for (const [name, value] of items.flatMap((item) => Object.entries(item.grants.limits))) {
    limits.set(name, Math.max(value, limits.get(name) ?? 0))
  }
  return [
    ...[...plans].map((feature) => ({ kind: 'plan' as const, feature, value: null, validUntil })),
    ...[...features].map((feature) => ({
      kind: 'feature' as const,
      feature,
      value: null,
      validUntil,
    })),
    ...[...limits].map(([feature, value]) => ({
      kind: 'limit' as const,
      feature,
      value,
      validUntil,
    })),
  ]
}

function earliest(...ends: (string | null | undefined)[]): Date | null {
  const times = ends.flatMap((end) => (end ? [new Date(end).getTime()] : []))
  return times.length === 0 ? null : new Date(Math.min(...times))
}
