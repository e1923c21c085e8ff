import { CoreErrors } from '../errors/core-errors.js'
import { isPlainObject } from './is-plain-object.js'

/** @throws DEFINITION_INVALID where a definition is none, or would lose what it inherits. */
export function refuseNoDefinition(what: string, definition: unknown): void {
  if (isPlainObject(definition)) return
  const problem = 'it takes a plain object, which is no instance of a class.'
  throw CoreErrors.DEFINITION_INVALID({ what, problem })
}
