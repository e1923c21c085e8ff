import type { EventType } from '@titanforge/core'
import { featuresChanged, purchaseCompleted, subscriptionChanged } from '@titanforge/stripe'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { derive, deriveFeatures, derivePurchase } from '../../src/entitlements/derive.js'
import type { Entitlement, HeldEntitlement } from '../../src/entitlements/entitlement.js'
import { item, state } from './billing-state.js'

const FEATURES = ['a', 'b', 'c', 'reading']
const TIMES = ['2027-01-10T00:00:00.000Z', '2027-01-20T00:00:00.000Z', '2027-01-30T00:00:00.000Z']

const time = fc.constantFrom(null, ...TIMES)
const features = fc.uniqueArray(fc.constantFrom(...FEATURES), { maxLength: 2 })
const limits = fc.dictionary(fc.constantFrom('runs', 'seats'), fc.nat(50), { maxKeys: 2 })
const plan = fc.record({
  name: fc.constantFrom('Pro', 'Team', null),
  grants: fc.record({ features, limits }),
})
type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never

/** A word of one source about what a user may do: all that it says, and how it is told. */
export interface Word {
  source: HeldEntitlement['source']
  /** The last word of a source is what counts. */
  sourceId: string
  entitlements: Entitlement[]
  /** As billing publishes it. */
  event?: { type: EventType; payload: unknown }
  /** As an operator does it. */
  command?: string[]
}

/** Makes a word about a user, at its place in the history. */
type Happening = (userId: string, revision: number) => Word

const SUBSCRIPTIONS = 2
/** A uuid that one user's source has, and no other. */
const idOf = (userId: string, n: number) => `${userId.slice(0, -1)}${n.toString(16)}`

const ofSubscription = fc
  .record({
    which: fc.nat(SUBSCRIPTIONS - 1),
    access: fc.boolean(),
    scheduledEnd: time,
    graceUntil: time,
    plans: fc.array(plan, { maxLength: 2 }),
  })
  .map(({ which, plans, ...more }): Happening => (userId, revision) => {
    const subscriptionId = idOf(userId, which)
    const items = plans.map(({ name, grants }, n) => ({
      ...item(name, grants.features, grants.limits),
      priceId: `price_${n}`,
    }))
    const after = state({ ...more, items })
    const effectiveAt = new Date().toISOString()
    const payload = { subscriptionId, userId, revision, effectiveAt, before: null, after }
    const event = { type: subscriptionChanged, payload }
    return {
      source: 'subscription',
      sourceId: subscriptionId,
      entitlements: derive(after),
      event,
    }
  })

const bought = ({ name, grants }: Plan, n: number) => ({
  priceId: `price_${n}`,
  productId: 'prod',
  name: name ?? 'Pack',
  quantity: 1,
  grants,
  workflow: 'w',
})

const ofPurchase = fc
  .array(plan, { minLength: 1, maxLength: 2 })
  .map((plans): Happening => (userId) => {
    const [purchaseId, items] = [uuidv7(), plans.map(bought)]
    const paid = { amount: 1, currency: 'usd', purchasedAt: new Date().toISOString() }
    const payload = { userId, purchaseId, items, ...paid }
    return {
      source: 'purchase',
      sourceId: purchaseId,
      entitlements: derivePurchase(items),
      event: { type: purchaseCompleted, payload },
    }
  })

const ofProvider = features.map((features): Happening => (userId, revision) => {
  const sourceId = idOf(userId, SUBSCRIPTIONS)
  const payload = { userId, sourceId, revision, features }
  return {
    source: 'provider',
    sourceId,
    entitlements: deriveFeatures(features),
    event: { type: featuresChanged, payload },
  }
})

const ofOperator = fc
  .record({
    override: fc.constantFrom(
      { kind: 'feature' as const, feature: 'a' },
      { kind: 'limit' as const, feature: 'runs' },
    ),
    value: fc.nat(1),
    until: time,
    clears: fc.boolean(),
  })
  .map(({ override, value, until, clears }): Happening => () => {
    const validUntil = until === null ? null : new Date(until)
    const named = override.kind === 'limit' ? String(value) : value === 1 ? 'on' : 'off'
    const words = [override.feature, clears ? 'clear' : named, '--reason', 'a test']
    return {
      source: 'override',
      sourceId: override.kind,
      entitlements: clears ? [] : [{ ...override, value, validUntil, late: false }],
      command: [...words, ...(until === null ? [] : ['--until', until])],
    }
  })

/** Something that happens to a user's subscriptions, purchases or features, or that an operator does. */
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  ofSubscription,
  ofPurchase,
  ofProvider,
  ofOperator,
)
