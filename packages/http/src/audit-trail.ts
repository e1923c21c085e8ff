import { token } from '@titanforge/core'
import type { Caller } from './guard.js'

/** Something that a superuser did. It is kept for ever, so it holds no secret. */
export interface AuditedAction {
  /** Such as `dead_letters.redriven`. */
  readonly action: string
  readonly actorId: string
  readonly caller: Caller
  /** What it was done to, or what it came to. */
  readonly after?: unknown
}

/** Keeps what superusers do. Provided by an auth plugin, like the guard; where none does, nothing is kept. */
export interface AuditTrail {
  record(action: AuditedAction): Promise<void>
}
export const AuditTrail = token<AuditTrail>('AuditTrail')
