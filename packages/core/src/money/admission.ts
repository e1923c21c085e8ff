import type { Principal } from '../agents/run-context.js'
import { token } from '../plugins/token.js'

/**
 * A run that asks to begin.
 *
 * @example
 * const isAdas = ({ principal }: AdmissionRequest) => principal.userId === 'ada'
 */
export interface AdmissionRequest {
  principal: Principal
  agent: string
  runId: string
  /** Aborts when the run is cancelled, while it waits too. */
  signal: AbortSignal
}

/**
 * A customer's leave to have one more run.
 *
 * @example
 * const slot: Slot = { release: async () => undefined }
 * await slot.release()
 */
export interface Slot {
  release(): Promise<void>
}

/**
 * How many runs each customer may have at once. Where no plugin provides it, any number.
 *
 * @example
 * const errors = defineErrors({ BUSY: { status: 429, message: () => 'One run at a time.' } })
 * let busy = false
 * const one: Admission = {
 *   async admit() {
 *     if (busy) throw errors.BUSY()
 *     busy = true
 *     return { release: async () => void (busy = false) }
 *   },
 * }
 * definePlugin({
 *   name: 'one-run', provides: { admission: Admission }, setup: () => ({ services: { admission: one } }),
 * })
 */
export interface Admission {
  /** Waits for a slot; throws where the customer may not even wait. */
  admit(request: AdmissionRequest): Promise<Slot>
}
export const Admission = token<Admission>('Admission')
