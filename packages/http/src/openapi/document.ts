import type { PluginRoute } from '../route-table.js'
import type { JsonSchema } from './json-schema.js'
import { operationOf, type Operation } from './operation.js'

/** An OpenAPI 3.1 document, as far as we write one: https://spec.openapis.org/oas/v3.1.1. */
export interface OpenApiDocument {
  openapi: string
  info: { title: string; version: string }
  paths: Record<string, Record<string, Operation>>
  components: {
    securitySchemes: Record<string, JsonSchema>
    schemas: Record<string, JsonSchema>
  }
}

/** Describes these routes, in their order. */
export function openApiDocument(title: string, routes: readonly PluginRoute[]): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const entry of routes) {
    const { method, path } = entry.route
    const operations = (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})
    operations[method.toLowerCase()] = operationOf(entry)
  }
  return {
    openapi: '3.1.1',
    info: { title, version: '1' },
    paths,
    components: { securitySchemes: { bearer: BEARER }, schemas: { Error: ERROR } },
  }
}

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  description: 'An access token, or an API key that has the scopes.',
}

/** The shape of `ErrorAnswer`. */
const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'requestId'],
      properties: {
        code: { type: 'string', description: 'Stable; for programs.' },
        message: { type: 'string', description: 'For people; says what to do.' },
        requestId: { type: 'string' },
        details: { description: 'More about it, where there is more to say.' },
      },
    },
  },
}
