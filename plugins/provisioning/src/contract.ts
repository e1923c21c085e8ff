import { defineEvent, token } from '@titanforge/core'
import { z } from 'zod'

/** What a user may do now. */
export interface GrantSet {
  /** The plans' names; empty where nothing is paid for. */
  plans: string[]
  features: string[]
  /** The highest of each limit. */
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

/** What a user may do has changed. */
export const entitlementsChanged = defineEvent({
  name: 'provisioning.entitlements_changed',
  version: 1,
  schema: z.object({ userId: z.uuid(), subscriptionId: z.uuid() }),
  key: (payload) => payload.userId,
  userId: (payload) => payload.userId,
})
