import { messageOf } from '@titanforge/core'
import { OrchestratorErrors } from '../errors.js'

/** A journal is read at every step of its run; what is larger belongs into a store of its own. */
const MOST_BYTES = 4 * 1024 * 1024

/**
 * What the journal keeps of a value, which is JSON. A workflow is given this from the first time on, and not
 * the value itself, so that it comes to the same when it is replayed.
 *
 * @param what it is, for messages, such as `The output of step "order"`.
 * @throws VALUE_NOT_STORABLE
 */
export function storedValue(value: unknown, what: string): unknown {
  const text = toJson({ value }, what)
  const bytes = Buffer.byteLength(text)
  if (bytes > MOST_BYTES) {
    const problem = `it has ${bytes} bytes, and ${MOST_BYTES} are the most. Keep it elsewhere, and hand on where it is.`
    throw OrchestratorErrors.VALUE_NOT_STORABLE({ what, problem })
  }
  // Of nothing, and of a function, JSON keeps nothing.
  return (JSON.parse(text) as { value?: unknown }).value ?? null
}

function toJson(value: object, what: string): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    const problem = `it is no JSON: ${messageOf(error)}.`
    throw OrchestratorErrors.VALUE_NOT_STORABLE({ what, problem }, { cause: error })
  }
}
