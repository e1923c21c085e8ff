import { createRequire } from 'node:module'
import type { DataTypes } from 'sequelize'
import { DatabaseErrors } from '../errors.js'
import type { ModelDefinition } from '../models/model.js'
import type { AnyAccess } from './access.js'
import { columnTypeOf, type ColumnType, type SequelizeType } from './column-type.js'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** Whether the column may be null. */
  readonly nullable: boolean
  /** Whether a new record need not be given it. */
  readonly optional: boolean
}

/** An access whose every column was found in the model, is no secret, and has a type that tools handle. */
export interface Grant {
  readonly definition: ModelDefinition
  readonly access: AnyAccess
  readonly key: readonly Column[]
  readonly read: readonly Column[]
  readonly create: readonly Column[] | undefined
  readonly update: readonly Column[] | undefined
  /** Whether the model has a column `updatedAt` that a change is to set. */
  readonly stamps: boolean
  /** Whether a new record's key is a UUID that nobody gives. */
  readonly makesKey: boolean
}

const load = createRequire(import.meta.url)

/** @throws TOOLS_INVALID, COLUMN_UNKNOWN */
export function grantOf(definition: ModelDefinition, access: AnyAccess): Grant {
  const { name: model, secret } = definition
  const invalid = (problem: string) => DatabaseErrors.TOOLS_INVALID({ model, problem })
  const { DataTypes: types } = load('sequelize') as { DataTypes: typeof DataTypes }
  const attributes = new Map(Object.entries(definition.attributes(types)))
  const attributeOf = (name: string) => {
    const attribute = attributes.get(name)
    if (!attribute) {
      const known = [...attributes.keys()].filter((column) => !secret.includes(column))
      throw DatabaseErrors.COLUMN_UNKNOWN({ model, column: name, known })
    }
    return typeof attribute === 'object' && 'type' in attribute ? attribute : { type: attribute }
  }
  const column = (name: string): Column => {
    if (secret.includes(name))
      throw invalid(`"${name}" is secret; no tool may read or write it. Take it off the list.`)
    const attribute = attributeOf(name)
    const { key } = attribute.type as SequelizeType
    const type = columnTypeOf(attribute.type as SequelizeType)
    if (!type) throw invalid(`"${name}" is of the type ${key}, which tools do not handle.`)
    const { allowNull = !attribute.primaryKey, defaultValue } = attribute
    // What `only` gives is not known before a call; PostgreSQL refuses what is missing then.
    const optional = allowNull || defaultValue !== undefined || access.only !== undefined
    return { name, type, nullable: allowNull, optional }
  }
  const columns = (names: readonly string[]) => [...new Set(names)].map(column)
  const key = columns([...attributes.keys()].filter((name) => attributeOf(name).primaryKey))
  if (key.length === 0) throw invalid('it has no primary key, by which records are told apart.')
  if (access.read.length === 0) throw invalid('`read` is empty; list a column.')
  const [only] = key
  const keyType = only && (attributeOf(only.name).type as SequelizeType)
  return {
    definition,
    access,
    key,
    read: columns(access.read),
    create: access.create && columns(access.create),
    update: access.update && columns(access.update),
    stamps: isStamp(attributes.get('updatedAt')),
    makesKey:
      key.length === 1 && keyType?.key === 'UUID' && !access.create?.includes(only?.name ?? ''),
  }
}

const isStamp = (attribute: unknown) => {
  const { type = attribute } = (attribute ?? {}) as { type?: unknown }
  return (type as SequelizeType | undefined)?.key === 'DATE'
}
