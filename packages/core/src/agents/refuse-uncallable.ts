import { CoreErrors } from '../errors/core-errors.js'
import { problemOfFunction, problemOfList, problemOfSchema } from '../validation/misshapen.js'

/**
 * Refuses what JavaScript lets through, such as the fields of a schema in its place, before the first call would.
 *
 * @throws DEFINITION_INVALID where what agents and tools are called by is missing, or cannot be it.
 */
export function refuseUncallable(
  what: string,
  { input, output, run, reconcile, requires }: Readonly<Record<string, unknown>>,
): void {
  const problem =
    problemOfSchema('input', input) ??
    problemOfSchema('output', output) ??
    // It cannot be left out.
    problemOfFunction('run', run ?? null) ??
    problemOfFunction('reconcile', reconcile) ??
    problemOfList('requires', requires, 'string')
  if (problem !== undefined) throw CoreErrors.DEFINITION_INVALID({ what, problem })
}
