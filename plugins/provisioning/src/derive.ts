import type { SubscriptionState } from '@titanforge/stripe'

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
  const validUntil = state.scheduledEnd === null ? null : new Date(state.scheduledEnd)
  const known = state.items.filter((item) => item.name !== null)
  const plans = new Set(known.flatMap((item) => item.name ?? []))
  const features = new Set(known.flatMap((item) => item.grants.features))
  const limits = new Map<string, number>()
  for (const [name, value] of known.flatMap((item) => Object.entries(item.grants.limits))) {
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
