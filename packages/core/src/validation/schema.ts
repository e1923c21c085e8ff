import { CoreErrors } from '../errors/core-errors.js'

/**
 * Any schema of the Standard Schema family (Zod, Valibot, ArkType …) that takes `Input` and makes `Output`
 * of it.
 *
 * @example
 * const positive: Schema<number, number> = z.number().positive()
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

/**
 * A schema, whatever it takes and makes: what functions that are given one ask of it, so that they learn its
 * types. To compare each schema's answers as well would cost the compiler more than the rest of a definition.
 *
 * @example
 * const required = <S extends AnySchema>(schema: S, value: InputOf<S>) => ({ schema, value })
 * required(z.string().optional(), 'Ada').value // 'Ada'
 */
export interface AnySchema {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly types?: { readonly input: unknown; readonly output: unknown } | undefined
    readonly validate: (value: unknown) => unknown
  }
}

/**
 * What a schema takes: before defaults are filled in and values are transformed.
 *
 * @example
 * const config = z.object({ units: z.string().default('metric') })
 * const given: InputOf<typeof config> = {}
 */
export type InputOf<S extends AnySchema> = NonNullable<S['~standard']['types']>['input']

/**
 * What a schema makes of it.
 *
 * @example
 * const config = z.object({ units: z.string().default('metric') })
 * const parsed: OutputOf<typeof config> = { units: 'metric' }
 */
export type OutputOf<S extends AnySchema> = NonNullable<S['~standard']['types']>['output']

const pathOf = (issue: Issue) =>
  (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')

/**
 * One problem of a value: where it is, and what is wrong there.
 *
 * @example
 * const problem: SchemaProblem = { path: 'smtp.port', message: 'expected a number' }
 */
export interface SchemaProblem {
  path: string
  message: string
}

/**
 * What {@link check} finds: the value as the schema made it, or what is wrong with it.
 *
 * @example
 * const result: SchemaResult<string> = check(z.string(), 'x', 'the text')
 * result.ok // true
 */
export type SchemaResult<Output> =
  { ok: true; value: Output } | { ok: false; problems: SchemaProblem[] }

/**
 * Validates without throwing.
 *
 * @example
 * check(z.object({ port: z.number() }), { port: 80 }, 'the server') // { ok: true, value: { port: 80 } }
 * @throws SCHEMA_ASYNC where the schema answers with a promise: values are checked where no await is possible;
 * SCHEMA_INVALID where its answer is none of Standard Schema's.
 */
export function check<Output>(
  schema: Schema<Output>,
  value: unknown,
  what: string,
): SchemaResult<Output> {
  const result = schema['~standard'].validate(value)
  if (isPromise(result)) {
    // Nobody waits for it any more, so its failure must not end the process.
    result.then(undefined, () => undefined)
    throw CoreErrors.SCHEMA_ASYNC({ what })
  }
  if (!isAnswer(result)) throw CoreErrors.SCHEMA_INVALID({ what })
  if (!result.issues) return { ok: true, value: result.value }
  const problems = result.issues.map((issue) => ({ path: pathOf(issue), message: issue.message }))
  return { ok: false, problems }
}

const isPromise = (result: unknown): result is Promise<unknown> =>
  isObject(result) && typeof result.then === 'function'

/** Schemas may be written by hand: an answer of another form must not pass for an approval. */
const isAnswer = (result: unknown): boolean =>
  isObject(result) && (result.issues ? Array.isArray(result.issues) : 'value' in result)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/**
 * Validates, or throws with the path of each problem.
 *
 * @example
 * parse(z.coerce.number(), '3', 'the number') // 3
 * @throws INPUT_INVALID with `details: { path, message }[]`.
 */
export function parse<Output>(schema: Schema<Output>, value: unknown, what: string): Output {
  const result = check(schema, value, what)
  if (result.ok) return result.value
  throw CoreErrors.INPUT_INVALID(
    { what, problems: linesOf(result.problems) },
    { details: result.problems },
  )
}

/** Problems for people, each with its path. */
export const linesOf = (problems: readonly SchemaProblem[]): string[] =>
  problems.map(({ path, message }) => (path ? `${path}: ${message}` : message))
