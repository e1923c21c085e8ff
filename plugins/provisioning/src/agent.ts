import { defineAgent, on, type AnyAgent, type Transaction } from '@titanforge/core'
import { subscriptionChanged } from '@titanforge/stripe'
import { entitlementsChanged } from './contract.js'
import { derive, type Entitlement } from './derive.js'

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
          if (!(await isNewer(tx, subscriptionId, revision))) return
          const unknown = after.items
            .filter((item) => item.name === null)
            .map((item) => item.priceId)
          if (unknown.length > 0)
            log.error(
              { prices: unknown },
              'a customer pays for a price that the catalogue does not know',
            )
          await replace(tx, userId, subscriptionId, derive(after))
          await publish(entitlementsChanged, { userId, subscriptionId })
        },
      ),
    ],
  })
}

async function isNewer(tx: Transaction, sourceId: string, revision: number): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO entitlement_sources (source_id, revision) VALUES ($1, $2)
     ON CONFLICT (source_id) DO UPDATE SET revision = excluded.revision
       WHERE entitlement_sources.revision < excluded.revision
     RETURNING 1`,
    [sourceId, revision],
  )
  return rows.length === 1
}

async function replace(
  tx: Transaction,
  userId: string,
  sourceId: string,
  entitlements: Entitlement[],
): Promise<void> {
  await tx.query("DELETE FROM entitlements WHERE source = 'subscription' AND source_id = $1", [
    sourceId,
  ])
  for (const { kind, feature, value, validUntil } of entitlements) {
    await tx.query(
      `INSERT INTO entitlements (user_id, source, source_id, kind, feature, value, valid_until)
       VALUES ($1, 'subscription', $2, $3, $4, $5, $6)`,
      [userId, sourceId, kind, feature, value, validUntil],
    )
  }
}
