import { CoreErrors } from './core-errors.js'

/**
 * Any schema of the Standard Schema family (Zod, Valibot, ArkType …) that takes `Input` and makes `Output`
 * of it.
 *
 * @see https://standardschema.dev, which asks libraries to declare the interface rather than to depend on it.
 */
export interface Schema<Output = unknown, Input = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    /** Nothing is there; it only carries the types. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>
  }
}

type Validated<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Issue[] }

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema takes: before defaults are filled in and values are transformed. */
export type InputOf<S extends Schema> = NonNullable<S['~standard']['types']>['input']

/** What a schema makes of it. */
export type OutputOf<S extends Schema> = NonNullable<S['~standard']['types']>['output']

const pathOf = (issue: Issue) =>
  (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')

/** One problem of a value: where it is, and what is wrong there. */
export interface SchemaProblem {
  path: string
  message: string
}

export type SchemaResult<Output> =
  { ok: true; value: Output } | { ok: false; problems: SchemaProblem[] }

/**
 * Validates without throwing.
 *
 * @throws SCHEMA_ASYNC where the schema answers with a promise: values are checked where no await is possible.
 */
export function check<Output>(
  schema: Schema<Output>,
  value: unknown,
  what: string,
): SchemaResult<Output> {
  const result = schema['~standard'].validate(value)
  if ('then' in result) {
    // Nobody waits for it any more, so its failure must not end the process.
    result.then(undefined, () => undefined)
    throw CoreErrors.SCHEMA_ASYNC({ what })
  }
  if (!result.issues) return { ok: true, value: result.value }
  const problems = result.issues.map((issue) => ({ path: pathOf(issue), message: issue.message }))
  return { ok: false, problems }
}

/**
 * Validates, or throws with the path of each problem.
 *
 * @throws INPUT_INVALID with `details: { path, message }[]`.
 */
export function parse<Output>(schema: Schema<Output>, value: unknown, what: string): Output {
  const result = check(schema, value, what)
  if (result.ok) return result.value
  const problems = result.problems.map((p) => (p.path ? `${p.path}: ${p.message}` : p.message))
  throw CoreErrors.INPUT_INVALID({ what, problems }, { details: result.problems })
}
