import type { Verdict } from '@titanforge/core'
import type { GrantSet } from '../contract.js'
import { LIMITS, type Entitlement, type HeldEntitlement } from './entitlement.js'

/** What every account has, paid or not. */
export interface Everyone {
  features: readonly string[]
  limits: Readonly<Record<string, number>>
}

/**
 * What a user may do at a moment: a pure function of what the user holds, of what everyone has, and of the
 * clock. An override decides alone; otherwise a feature is had from any source, and of a limit the highest
 * counts. A limit that nothing gives is absent, and bounds nobody.
 */
export function decide(held: readonly HeldEntitlement[], everyone: Everyone, at: Date): GrantSet {
  const { paid, overrides } = liveAt(held, at)
  const features = new Set([...everyone.features, ...namesOf(paid, 'feature')])
  const limits = new Map(Object.entries(everyone.limits))
  for (const { kind, feature, value } of paid) {
    if (kind === 'limit') limits.set(feature, Math.max(value ?? 0, limits.get(feature) ?? 0))
  }
  for (const { kind, feature, value } of overrides) {
    if (kind === 'limit') limits.set(feature, value ?? 0)
    else if (value === 1) features.add(feature)
    else features.delete(feature)
  }
  return {
    plans: [...new Set(namesOf(paid, 'plan'))].sort(),
    features: [...features].sort(),
    limits: Object.fromEntries([...limits].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** Whether a user has a feature at a moment, and from what; else why not. */
export function verdictOn(
  feature: string,
  held: readonly HeldEntitlement[],
  { everyone, at, upgradeUrl }: { everyone: Everyone; at: Date; upgradeUrl: string },
): Verdict {
  const about = held.filter((one) => one.kind === 'feature' && one.feature === feature)
  const { paid, overrides } = liveAt(about, at)
  const [source] = overrides.length > 0 ? overrides.filter(({ value }) => value === 1) : paid
  if (source) return { ok: true, source: source.source }
  if (overrides.length === 0 && everyone.features.includes(feature))
    return { ok: true, source: 'everyone' }
  const isLate = overrides.length === 0 && about.some(({ late }) => late)
  return { ok: false, code: isLate ? 'past_due' : 'not_entitled', upgradeUrl }
}

/** The limits among them that are enforced, and that who has no plan would not be bounded by. */
export const unboundedLimits = (
  entitlements: readonly Entitlement[],
  { limits }: Everyone,
): string[] =>
  entitlements
    .filter(
      ({ kind, feature }) => kind === 'limit' && ENFORCED.has(feature) && !(feature in limits),
    )
    .map(({ feature }) => feature)

const ENFORCED = new Set<string>(Object.values(LIMITS))

function liveAt(held: readonly HeldEntitlement[], at: Date) {
  const live = held.filter(({ validUntil }) => validUntil === null || validUntil > at)
  return {
    paid: live.filter(({ source }) => source !== 'override'),
    overrides: live.filter(({ source }) => source === 'override'),
  }
}

const namesOf = (held: readonly HeldEntitlement[], kind: HeldEntitlement['kind']) =>
  held.filter((one) => one.kind === kind).map(({ feature }) => feature)
