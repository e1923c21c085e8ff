import { invalidRequest, StripeError } from '../http/stripe-error.js'
import type { Schema } from './openapi.js'
import { refuseOutOfBounds } from './refuse-out-of-bounds.js'

/**
 * Turns the texts of a form into the values that a schema describes, as Stripe does: `"5"` becomes 5, an
 * empty text becomes null where it unsets something, and what the schema does not know is refused.
 *
 * @throws StripeError with Stripe's code and the path of the parameter, such as `items[0][price]`.
 */
export function readParameters(schema: Schema, form: Record<string, unknown>): unknown {
  return readObject(schema, form, '')
}

function read(schema: Schema, value: unknown, path: string): unknown {
  if (value === '' && (schema.nullable || isUnset(schema))) return null
  if (schema.anyOf) return readAnyOf(schema.anyOf, value, path)
  switch (schema.type) {
    case 'object':
      if (typeof value !== 'object' || value === null) throw invalid('hash', path, value)
      return readObject(schema, value as Record<string, unknown>, path)
    case 'array':
      return readArray(schema, value, path)
    case 'integer':
      if (!/^-?\d+$/.test(text(value))) throw invalid('integer', path, value)
      return Number(value)
    case 'number':
      if (text(value).trim() === '' || !Number.isFinite(Number(value)))
        throw invalid('decimal', path, value)
      return Number(value)
    case 'boolean':
      if (!['true', 'false'].includes(text(value))) throw invalid('boolean', path, value)
      return text(value) === 'true'
    default:
      return readText(schema, value, path)
  }
}

const isUnset = (schema: Schema) => schema.anyOf?.some((option) => option.enum?.[0] === '') ?? false

function readObject(schema: Schema, form: Record<string, unknown>, path: string) {
  const missing = schema.required?.find((name) => form[name] === undefined)
  if (missing !== undefined) {
    const param = join(path, missing)
    throw invalidRequest(`Missing required param: ${param}.`, param, 'parameter_missing')
  }
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => {
      const other =
        typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
      const field = schema.properties?.[name] ?? other
      const param = join(path, name)
      if (!field && schema.additionalProperties !== true)
        throw invalidRequest(`Received unknown parameter: ${param}`, param, 'parameter_unknown')
      const known = field ? read(field, value, param) : value
      // Not what customers of the API name as they like, such as metadata.
      if (schema.properties?.[name]) refuseOutOfBounds(name, known, param)
      return [name, known]
    }),
  )
}

function readArray(schema: Schema, value: unknown, path: string): unknown[] {
  if (value === '') return []
  // `items[0]=…&items[5]=…` arrives as an object.
  const elements =
    typeof value === 'object' && value !== null ? Object.values(value) : invalidArray(path, value)
  return elements.map((element, index) => read(schema.items ?? {}, element, join(path, `${index}`)))
}

function readAnyOf(options: readonly Schema[], value: unknown, path: string): unknown {
  // A text stays one where any is taken: "007" as metadata is no number.
  const takesText = options.some(({ type, enum: values }) => type === 'string' && !values)
  if (takesText && typeof value === 'string') return value
  const fitting = options.filter((option) => fits(option, value))
  const problems: StripeError[] = []
  for (const option of fitting) {
    try {
      return read(option, value, path)
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      problems.push(error)
    }
  }
  throw problems.at(-1) ?? invalid('value', path, value)
}

/** Whether the value has the outer form of the option. */
function fits({ type, anyOf }: Schema, value: unknown): boolean {
  const nested = type === 'object' || type === 'array' || anyOf !== undefined
  return nested || typeof value === 'string'
}

function readText({ enum: values }: Schema, value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalid('string', path, value)
  if (values && !values.includes(value))
    throw invalidRequest(`Invalid ${path}: must be one of ${values.join(', ')}`, path)
  return value
}

const join = (path: string, name: string) => (path === '' ? name : `${path}[${name}]`)

const text = (value: unknown) => (typeof value === 'string' ? value : '')

function invalid(what: string, param: string, value: unknown) {
  const code = what === 'integer' ? 'parameter_invalid_integer' : undefined
  return invalidRequest(`Invalid ${what}: ${JSON.stringify(value)}`, param, code)
}

function invalidArray(param: string, value: unknown): never {
  throw invalid('array', param, value)
}
