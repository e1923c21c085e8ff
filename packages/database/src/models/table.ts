import type { Model, ModelStatic } from 'sequelize'
import type { Database } from '../database.js'
import { DatabaseErrors } from '../errors.js'
import type { ModelDefinition } from './model.js'

/** A model's table for SQL of our own: every name comes from the model, and is quoted. */
export interface Table {
  /** The table's name, quoted. */
  readonly name: string
  /** The attributes of the primary key. */
  readonly key: readonly string[]
  /** All attributes. */
  readonly attributes: readonly string[]
  /** An attribute's column, quoted. @throws COLUMN_UNKNOWN */
  column(attribute: string): string
  /** A value as its column takes it. */
  value(attribute: string, value: unknown): unknown
  /** What to select of `from`, so that a row comes back under its attributes' names. */
  selection(attributes: readonly string[], from: string): string
}

/** @throws MODEL_UNKNOWN, DATABASE_NOT_STARTED */
export function tableOf(db: Pick<Database, 'model'>, definition: ModelDefinition): Table {
  const model: ModelStatic<Model> = db.model(definition)
  const attributes = new Map(Object.entries(model.getAttributes()))
  const attributeOf = (name: string) => {
    const attribute = attributes.get(name)
    if (attribute) return attribute
    const known = [...attributes.keys()]
    throw DatabaseErrors.COLUMN_UNKNOWN({ model: definition.name, column: name, known })
  }
  const column = (name: string) => quoted(attributeOf(name).field ?? name)
  return {
    name: quoted(definition.table),
    key: [...attributes].filter(([, { primaryKey }]) => primaryKey).map(([name]) => name),
    attributes: [...attributes.keys()],
    column,
    value(name, value) {
      const { type } = attributeOf(name)
      const isJson = /^JSONB?$/.test((type as { key: string }).key)
      // pg would write an array as PostgreSQL's own kind of array.
      return isJson && value !== null ? JSON.stringify(value) : value
    },
    selection: (names, from) =>
      names.map((name) => `${from}.${column(name)} AS ${quoted(name)}`).join(', '),
  }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
