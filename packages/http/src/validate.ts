import { check, type Schema } from '@titanforge/core'
import { HttpErrors } from './errors.js'
import type { Route } from './route.js'

const PARTS = ['params', 'query', 'body'] as const
type Part = (typeof PARTS)[number]

/** One problem of a request: in which part, where in it, and what is wrong there. */
export interface RequestProblem {
  in: Part
  path: string
  message: string
}

/**
 * Checks the parts of a request against the schemas of its route; a part without a schema is left out.
 *
 * @throws VALIDATION_FAILED with the problems of all parts as `details`.
 */
export function validate(
  route: Pick<Route, Part>,
  given: Record<Part, unknown>,
): Partial<Record<Part, unknown>> {
  const problems: RequestProblem[] = []
  const parsed: Partial<Record<Part, unknown>> = {}
  for (const part of PARTS) {
    const schema: Schema | undefined = route[part]
    if (!schema) continue
    const result = check(schema, given[part], part)
    if (result.ok) parsed[part] = result.value
    else problems.push(...result.problems.map((problem) => ({ in: part, ...problem })))
  }
  if (problems.length > 0) {
    throw HttpErrors.VALIDATION_FAILED({ problems: problems.length }, { details: problems })
  }
  return parsed
}
