import { CoreErrors } from '../core-errors.js'
import type { Begun } from './begun.js'

/** @throws CALL_REPEATED where the call may have had its effect outside: nobody is to make it again before that is known. */
export function refuseRepeated({ definition, mayBeDone }: Begun): void {
  if (mayBeDone) throw CoreErrors.CALL_REPEATED({ tool: definition.name })
}
