import type { Schema } from '@titanforge/core'

export type JsonSchema = Record<string, unknown>

/** What a schema library adds that can describe its schemas: https://standardschema.dev/json-schema. */
interface Describing {
  readonly jsonSchema?: Record<
    'input' | 'output',
    (options: { target: string; libraryOptions?: Record<string, unknown> }) => JsonSchema
  >
}

/**
 * What a schema takes or makes, as JSON Schema 2020-12, the dialect of OpenAPI 3.1. Anything at all, `{}`,
 * where its library cannot say: a description that says little is better than none of the whole API.
 */
export function jsonSchemaOf(schema: Schema, side: 'input' | 'output'): JsonSchema {
  const { jsonSchema } = schema['~standard'] as Describing
  if (!jsonSchema) return {}
  // Zod's word for: a part that JSON has nothing for may be anything. Others have no such option.
  const libraryOptions = { unrepresentable: 'any' }
  try {
    const described = { ...jsonSchema[side]({ target: 'draft-2020-12', libraryOptions }) }
    // Each document says its dialect once.
    delete described.$schema
    return described
  } catch {
    return {}
  }
}
