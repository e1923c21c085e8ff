import { defineAgent, on, type AnyAgent, type HandlerContext } from '@titanforge/core'
import type { Database } from '@titanforge/database'
import type { StripeConfig } from './config.js'
import { stripeEventReceived, type StripeEvent } from './events.js'
import type { StripeGateway } from './gateway.js'
import { objectRules } from './objects/index.js'
import type { Applying } from './objects/object-rule.js'
import { applySnapshot } from './sync/apply.js'
import { takeNumber } from './sync/cursor.js'
import type { KeyAccount } from './sync/key-account.js'
import { snapshotOf, type Snapshot } from './sync/snapshot.js'

type Config = Pick<StripeConfig, 'livemode' | 'graceDays'>

export interface BillingServices {
  gateway: StripeGateway
  account: KeyAccount
  db: Database
}

/**
 * Turns Stripe's events into products, subscriptions and users' state.
 *
 * Where there is an API key, an event's payload serves for the object's id only and the object is fetched
 * as it is now; where there is none, payloads are applied by order of Stripe's clock.
 */
export function billingAgent(services: BillingServices, config: Config): AnyAgent {
  return defineAgent({
    name: 'billing-agent',
    description: "Turns Stripe's events into products, subscriptions and users' state.",
    on: [services.gateway.isConfigured ? fetching(services, config) : asTheyCome(config)],
  })
}

const CONSUMER = 'billing.agent'

const fetching = (services: BillingServices, config: Config) =>
  on(stripeEventReceived, CONSUMER, {
    prepare: ({ payload }) => fetched(services, payload),
    commit: (ctx, snapshot: Snapshot | undefined) => apply(ctx, snapshot, config),
  })

/**
 * With nothing to wait for outside, many payloads are applied in one transaction. In one at a time a process:
 * two that lock the same objects crosswise would wait for each other, and for the next webhooks to be accepted
 * there are connections and processor time left.
 */
const asTheyCome = (config: Config) =>
  on(stripeEventReceived, CONSUMER, (ctx) => apply(ctx, snapshotOf(ctx.payload), config), {
    concurrency: 1,
  })

async function fetched(
  { gateway, account, db }: BillingServices,
  event: StripeEvent,
): Promise<Snapshot | undefined> {
  const received = snapshotOf(event)
  if (!received) return undefined
  const seq = await takeNumber(db, received.id)
  const object = await gateway.fetch(received.type, received.id)
  const order = { ...received.order, seq }
  if (object !== undefined) return { ...received, object, deleted: false, order }
  // What tells of an end is the last that is to be heard of it, and says how a subscription was then.
  if (order.rank === 2) return { ...received, order }
  await account.confirm()
  return { ...received, deleted: true, order }
}

async function apply(
  ctx: HandlerContext<StripeEvent>,
  snapshot: Snapshot | undefined,
  config: Config,
): Promise<void> {
  if (!snapshot) return
  const { type, id, occurredAt } = snapshot
  const applying: Applying = {
    ...config,
    tx: ctx.tx,
    occurredAt,
    alert: (message, facts) => ctx.log.error(facts, message),
    publish: (event, payload, businessKey) =>
      ctx.publish(event, payload, { occurredAt, ...keyed(businessKey) }),
  }
  if (!(await applySnapshot(applying, snapshot)))
    ctx.log.debug({ objectId: id }, 'an older snapshot was left out')
  await objectRules[type].witness?.(applying, ctx.payload)
}

const keyed = (businessKey: string | undefined) =>
  businessKey === undefined ? {} : { source: 'billing', externalId: businessKey }
