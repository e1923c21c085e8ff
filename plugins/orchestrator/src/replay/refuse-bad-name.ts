import { OrchestratorErrors } from '../errors.js'

/** Far beyond any name, and less than an index can hold. */
const LONGEST = 200

/** @throws STEP_INVALID where the journal cannot keep a step of this name. */
export function refuseBadName(name: string): void {
  const refuse = (problem: string) => {
    throw OrchestratorErrors.STEP_INVALID({ step: name.slice(0, LONGEST), problem })
  }
  if (name.includes('\0')) refuse('its name has a NUL. Leave it out.')
  if (name.length > LONGEST)
    refuse(`its name has ${name.length} characters; ${LONGEST} are the most.`)
}
