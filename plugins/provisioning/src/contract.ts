import { defineEvent, token } from '@titanforge/core'
import { z } from 'zod'

/** What a user may do now. */
export interface EntitlementSet {
  /** The plans' names; empty where nothing is paid for. */
  plans: string[]
  features: string[]
  /** The highest of each limit. */
  limits: Record<string, number>
}

/** What customers may do, by what they pay for. */
export interface Entitlements {
  /** @param at the moment asked about; now, if left out. */
  of(userId: string, at?: Date): Promise<EntitlementSet>
}
export const Entitlements = token<Entitlements>('Entitlements')

/** What a user may do has changed. */
export const entitlementsChanged = defineEvent({
  name: 'provisioning.entitlements_changed',
  version: 1,
  schema: z.object({ userId: z.uuid(), subscriptionId: z.uuid() }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})
