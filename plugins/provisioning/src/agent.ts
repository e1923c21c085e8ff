import { defineAgent, on, type AnyAgent } from '@titanforge/core'
import { featuresChanged, purchaseCompleted, subscriptionChanged } from '@titanforge/stripe'
import { entitlementsChanged, workflowRequested } from './contract.js'
import { derive, derivePurchase } from './derive.js'
import { isNewer, isThere, replace } from './entitlement-rows.js'

/** Turns what a customer pays for into what the customer may do. */
export function provisioningAgent(): AnyAgent {
  return defineAgent({
    name: 'provisioning-agent',
    description: 'Turns what a customer pays for into what the customer may do.',
    on: [
      on(
        subscriptionChanged,
        'provisioning.entitlements',
        async ({ tx, payload, publish, log }) => {
          const { subscriptionId, userId, revision, after } = payload
          if (!(await isThere(tx, userId))) return
          if (!(await isNewer(tx, subscriptionId, revision))) return
          const unknown = after.items
            .filter((item) => item.name === null)
            .map((item) => item.priceId)
          if (unknown.length > 0)
            log.error(
              { prices: unknown },
              'a customer pays for a price that the catalogue does not know',
            )
          const source = { userId, source: 'subscription', sourceId: subscriptionId } as const
          await replace(tx, source, derive(after))
          await publish(entitlementsChanged, { userId, subscriptionId })
        },
      ),
      on(purchaseCompleted, 'provisioning.purchases', async ({ tx, payload, publish }) => {
        const { purchaseId, userId, items } = payload
        if (!(await isThere(tx, userId))) return
        const source = { userId, source: 'purchase', sourceId: purchaseId } as const
        await replace(tx, source, derivePurchase(items))
        await publish(entitlementsChanged, { userId, subscriptionId: null })
        for (const { workflow, quantity } of items) {
          if (workflow) await publish(workflowRequested, { userId, workflow, purchaseId, quantity })
        }
      }),
      on(featuresChanged, 'provisioning.provider-features', async ({ tx, payload, publish }) => {
        const { sourceId, userId, revision, features } = payload
        if (!(await isThere(tx, userId))) return
        if (!(await isNewer(tx, sourceId, revision))) return
        const entitlements = features.map((feature) => ({
          kind: 'feature' as const,
          feature,
          value: null,
          validUntil: null,
        }))
        await replace(tx, { userId, source: 'provider', sourceId }, entitlements)
        await publish(entitlementsChanged, { userId, subscriptionId: null })
      }),
    ],
  })
}
