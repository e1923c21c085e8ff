import { defineEvent, token } from '@titanforge/core'
import { z } from 'zod'

/** What a user may do now. */
export interface GrantSet {
  /** The plans' names; empty where nothing is paid for. */
  plans: string[]
  features: string[]
  /** The highest of each limit; one that nothing gives is absent, and bounds nobody. */
  limits: Record<string, number>
}

/**
 * What customers may do, by what they pay for. The kernel's port `Entitlements` answers for one feature at
 * a time; this shows all of it.
 */
export interface Grants {
  /** @param at the moment asked about; now, if left out. */
  of(userId: string, at?: Date): Promise<GrantSet>
}
export const Grants = token<Grants>('Grants')

/** What a user may do has changed. That something ends by the clock is no change, and published by nobody. */
export const entitlementsChanged = defineEvent({
  name: 'provisioning.entitlements_changed',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    /** Null where it was something else that changed, such as a purchase. */
    subscriptionId: z.uuid().nullable(),
  }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})

/** Somebody pays for a price that the catalogue does not know, and is given nothing for it: look at it. */
export const unknownPriceFound = defineEvent({
  name: 'provisioning.unknown_price_found',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    subscriptionId: z.uuid(),
    /** The payment provider's id. */
    priceId: z.string(),
  }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})

/** What a customer has bought was paid back in full, or lost in a dispute, and what it gave is taken away. */
export const purchaseWithdrawn = defineEvent({
  name: 'provisioning.purchase_withdrawn',
  version: 1,
  schema: z.object({ userId: z.uuid(), purchaseId: z.uuid() }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})

/** A customer has bought something that starts a workflow: once for each item of a purchase. */
export const workflowRequested = defineEvent({
  name: 'provisioning.workflow_requested',
  version: 1,
  schema: z.object({
    userId: z.uuid(),
    /** The workflow's name. */
    workflow: z.string(),
    purchaseId: z.uuid(),
    quantity: z.number().int(),
  }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})
