import { CoreErrors } from '../errors/core-errors.js'
import { isPlainObject } from './is-plain-object.js'

/** @throws DEFINITION_INVALID where a definition is none, would lose what it inherits, or has no name. */
export function refuseNoDefinition(what: string, definition: unknown): void {
  const refuse = (problem: string) => {
    throw CoreErrors.DEFINITION_INVALID({ what, problem })
  }
  if (!isPlainObject(definition))
    return refuse('it takes a plain object, which is no instance of a class.')
  const { name } = definition
  if (typeof name !== 'string' || name === '') refuse('it needs a name, which is a text.')
}
