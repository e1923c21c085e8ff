import { check, type Schema } from '@titanforge/core'
import type { PluginRoute } from '../route-table.js'
import type { Route } from '../route.js'
import { scopesOf } from '../scopes.js'
import { jsonSchemaOf, type JsonSchema } from './json-schema.js'

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
}

interface Answer {
  description: string
  content?: Record<string, { schema: JsonSchema }>
}

/** An operation of an OpenAPI document. */
export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  /** Scheme and scopes; empty where anybody may call. */
  security: Record<string, readonly string[]>[]
  parameters: Parameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, Answer>
}

const ACCESS = {
  none: 'Anybody may call this.',
  user: 'For people who are logged in.',
  superuser: 'For superusers.',
}

/** Describes a route. */
export function operationOf({ plugin, route }: PluginRoute): Operation {
  const { summary, auth } = route
  const requestBody = bodyOf(route)
  return {
    operationId: idOf(route),
    tags: [plugin],
    summary,
    description: ACCESS[auth],
    security: auth === 'none' ? [] : [{ bearer: scopesOf(route) }],
    parameters: [
      ...pathParameters(route),
      ...parametersOf(route.query, 'query'),
      ...(isRepeatable(route) ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(requestBody && { requestBody }),
    responses: {
      '2XX': {
        description: 'It was done.',
        ...(route.response && json(jsonSchemaOf(route.response, 'output'))),
        ...(route.produces && { content: { [route.produces]: { schema: { type: 'string' } } } }),
      },
      default: { description: 'It was not done.', ...json(ERROR) },
    },
  }
}

const ERROR = { $ref: '#/components/schemas/Error' }
const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Makes it safe to send the request again: the second answer is the first one.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const json = (schema: JsonSchema) => ({ content: { 'application/json': { schema } } })

/** Such as `get_api_auth_keys_by_id`. */
const idOf = ({ method, path }: Route) =>
  `${method.toLowerCase()}${path.replaceAll(':', 'by_').replaceAll(/\W+/g, '_')}`

const isRepeatable = ({ method, rawLimitBytes }: Route) =>
  method === 'POST' && rawLimitBytes === undefined

/** Those that the path names, as its schema describes them. */
function pathParameters({ path, params }: Route): Parameter[] {
  const described = new Map(parametersOf(params, 'path').map((one) => [one.name, one]))
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: described.get(name)?.schema ?? { type: 'string' },
  }))
}

function parametersOf(schema: Schema | undefined, place: 'path' | 'query'): Parameter[] {
  if (!schema) return []
  const { properties = {}, required = [] } = jsonSchemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema,
  }))
}

function bodyOf({ body, rawLimitBytes }: Route): Operation['requestBody'] {
  if (rawLimitBytes !== undefined) return { required: true, content: { '*/*': { schema: {} } } }
  if (!body) return undefined
  const required = !check(body, undefined, 'body').ok
  return { required, ...json(jsonSchemaOf(body, 'input')) }
}
