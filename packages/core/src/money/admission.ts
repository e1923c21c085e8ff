import type { Principal } from '../agents/run-context.js'
import { token } from '../token.js'

/** A run that asks to begin. */
export interface AdmissionRequest {
  principal: Principal
  agent: string
  runId: string
  /** Aborts when the run is cancelled, while it waits too. */
  signal: AbortSignal
}

/** A customer's leave to have one more run. */
export interface Slot {
  release(): Promise<void>
}

/** How many runs each customer may have at once. Where no plugin provides it, any number. */
export interface Admission {
  /** Waits for a slot; throws where the customer may not even wait. */
  admit(request: AdmissionRequest): Promise<Slot>
}
export const Admission = token<Admission>('Admission')
