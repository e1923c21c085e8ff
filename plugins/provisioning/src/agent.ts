import { defineAgent, on, type AnyAgent } from '@titanforge/core'
import {
  featuresChanged,
  purchaseCompleted,
  purchaseReversed,
  subscriptionChanged,
} from '@titanforge/stripe'
import {
  entitlementsChanged,
  purchaseWithdrawn,
  unknownPriceFound,
  workflowRequested,
} from './contract.js'
import { unboundedLimits, type Everyone } from './entitlements/decide.js'
import { derive, deriveFeatures, derivePurchase, unknownPrices } from './entitlements/derive.js'
import { isNewer, isThere, replace } from './entitlements/entitlement-rows.js'

/** Turns what a customer pays for into what the customer may do. */
export function provisioningAgent(everyone: Everyone): AnyAgent {
  return defineAgent({
    name: 'provisioning-agent',
    description: 'Turns what a customer pays for into what the customer may do.',
    on: [
      followSubscriptions(everyone),
      followPurchases(),
      followReversals(),
      followProviderFeatures(),
    ],
  })
}

const followSubscriptions = (everyone: Everyone) =>
  on(subscriptionChanged, 'provisioning.entitlements', async ({ tx, payload, publish, log }) => {
    const { subscriptionId, userId, revision, after } = payload
    if (!(await isThere(tx, userId))) return
    if (!(await isNewer(tx, subscriptionId, revision))) return
    for (const priceId of unknownPrices(after)) {
      log.error({ priceId }, 'a customer pays for a price that the catalogue does not know')
      const externalId = `${subscriptionId}:${priceId}`
      const once = { source: 'provisioning.unknown_price', externalId }
      await publish(unknownPriceFound, { userId, subscriptionId, priceId }, once)
    }
    const entitlements = derive(after)
    const unbounded = unboundedLimits(entitlements, everyone)
    if (unbounded.length > 0)
      log.warn({ limits: unbounded }, 'who has no plan is not bounded: name these for `everyone`')
    await replace(tx, { userId, source: 'subscription', sourceId: subscriptionId }, entitlements)
    await publish(entitlementsChanged, { userId, subscriptionId })
  })

/** A purchase is completed once, and reversed once if at all: its revisions. */
const COMPLETED = 1
const REVERSED = 2

const followPurchases = () =>
  on(purchaseCompleted, 'provisioning.purchases', async ({ tx, payload, publish }) => {
    const { purchaseId, userId, items } = payload
    if (!(await isThere(tx, userId))) return
    // What comes again is a replay; what was reversed before it is heard of gives nothing.
    if (!(await isNewer(tx, purchaseId, COMPLETED))) return
    await replace(tx, { userId, source: 'purchase', sourceId: purchaseId }, derivePurchase(items))
    await publish(entitlementsChanged, { userId, subscriptionId: null })
    for (const [place, { workflow, quantity }] of items.entries()) {
      if (!workflow) continue
      const once = { source: 'provisioning.purchase', externalId: `${purchaseId}:${place}` }
      await publish(workflowRequested, { userId, workflow, purchaseId, quantity }, once)
    }
  })

const followReversals = () =>
  on(purchaseReversed, 'provisioning.reversals', async ({ tx, payload, publish }) => {
    const { purchaseId, userId } = payload
    if (!(await isThere(tx, userId))) return
    if (!(await isNewer(tx, purchaseId, REVERSED))) return
    await replace(tx, { userId, source: 'purchase', sourceId: purchaseId }, [])
    await publish(entitlementsChanged, { userId, subscriptionId: null })
    const once = { source: 'provisioning.reversal', externalId: purchaseId }
    await publish(purchaseWithdrawn, { userId, purchaseId }, once)
  })

const followProviderFeatures = () =>
  on(featuresChanged, 'provisioning.provider-features', async ({ tx, payload, publish }) => {
    const { sourceId, userId, revision, features } = payload
    if (!(await isThere(tx, userId))) return
    if (!(await isNewer(tx, sourceId, revision))) return
    await replace(tx, { userId, source: 'provider', sourceId }, deriveFeatures(features))
    await publish(entitlementsChanged, { userId, subscriptionId: null })
  })
