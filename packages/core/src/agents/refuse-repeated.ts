import { CoreErrors } from '../errors/core-errors.js'
import type { Begun } from './begun.js'

/**
 * Refuses to make a call again that may have had its effect outside.
 *
 * @throws the failure of the attempt before, or CALL_REPEATED where that is under way.
 */
export function refuseRepeated({ definition, effect }: Begun): void {
  if (!effect) return
  throw (effect.failure ?? CoreErrors.CALL_REPEATED({ tool: definition.name })) as Error
}
