import type { Kinds } from '../world/kinds.js'
import { schemaOf, type Schema } from './openapi.js'

interface Parts {
  item: unknown
  line_item: unknown
  credit_note_line_item: unknown
  subscription_item: unknown
}

/**
 * An object of a kind with every field that the pinned version requires: null where it may be null, empty
 * where it may not. The given fields replace those.
 */
export function blank<Name extends keyof Kinds>(
  kind: Name,
  fields: Partial<Kinds[Name]> & { id: string },
): Kinds[Name]
/** The same for objects that live inside others. */
export function blank<Part>(kind: keyof Parts, fields: Partial<Part> & { id: string }): Part
export function blank(kind: string, fields: object): unknown {
  return { ...(empty(schemaOf(kind)) as object), ...fields }
}

function empty(schema: Schema): unknown {
  if (schema.nullable) return null
  if (schema.anyOf?.[0]) return empty(schema.anyOf[0])
  if (schema.enum) return schema.enum[0]
  switch (schema.type) {
    case 'array':
      return []
    case 'boolean':
      return false
    case 'integer':
    case 'number':
      return 0
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, empty(schema.properties?.[name] ?? {})]),
      )
    default:
      return ''
  }
}
