import { readFileSync } from 'node:fs'

/** As much of JSON Schema as the document uses. */
export interface Schema {
  $ref?: string
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object'
  enum?: string[]
  nullable?: boolean
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
}

interface Operation {
  parameters?: { in: 'path' | 'query'; name: string; required?: boolean; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}

interface Document {
  info: { version: string }
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const { info, paths, components } = JSON.parse(
  readFileSync(new URL('../../../data/openapi.billing.json', import.meta.url), 'utf8'),
) as Document

/** The API version whose shapes the sandbox speaks. */
export const API_VERSION = info.version

/** The schema of a kind of object. */
export function schemaOf(kind: string): Schema {
  const schema = components.schemas[kind]
  if (!schema) throw new Error(`The OpenAPI document has no ${kind}.`)
  return schema
}

/** Every operation of the API, such as `POST /v1/customers/{id}`. */
export const operationNames: readonly string[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
)

/** The parameters of an operation such as `POST /v1/customers/{id}`, those of the path left out. */
export function parametersOf(operation: string): Schema {
  const [method = '', path = ''] = operation.split(' ')
  const found = paths[path]?.[method.toLowerCase()]
  if (!found) throw new Error(`The OpenAPI document has no ${operation}.`)
  const body = found.requestBody?.content['application/x-www-form-urlencoded']?.schema
  const query = (found.parameters ?? []).filter((parameter) => parameter.in === 'query')
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...body?.properties,
      ...Object.fromEntries(query.map(({ name, schema }) => [name, schema])),
    },
    required: [
      ...(body?.required ?? []),
      ...query.filter(({ required }) => required).map(({ name }) => name),
    ],
  }
}
