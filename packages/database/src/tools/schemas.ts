import { z } from 'zod'
import { filtersSchema } from './filter.js'
import type { Column, Grant } from './grant.js'

const MAX_RECORDS = 100
const DEFAULT_RECORDS = 20
const MAX_OFFSET = 100_000

/** What goes into and comes out of the tools of one model, as exact as its columns are. */
export function schemasOf({ key, read, create = [], update = [] }: Grant) {
  const record = z.strictObject(shapeOf(read, ({ type }) => type.output.nullable()))
  const where = filtersSchema(read).default([]).describe('conditions, all of which must hold')
  const sortable = read.filter(({ type }) => type.equals).map(({ name }) => name)
  const keyShape = z.strictObject(shapeOf(key, ({ type }) => type.input))
  const value = ({ type, nullable }: Column) => (nullable ? type.input.nullable() : type.input)
  const createShape = shapeOf(create, (column) =>
    column.optional ? value(column).optional() : value(column),
  )
  const updateShape = shapeOf(update, (column) => value(column).optional())
  return {
    record,
    find: z.strictObject({
      where,
      orderBy: z
        .strictObject({
          column: z.enum(sortable),
          direction: z.enum(['asc', 'desc']).default('asc'),
        })
        .optional(),
      limit: z.int().min(1).max(MAX_RECORDS).default(DEFAULT_RECORDS),
      offset: z.int().min(0).max(MAX_OFFSET).default(0).describe('how many records to leave out'),
    }),
    page: z.strictObject({
      records: z.array(record),
      more: z.boolean().describe('whether there are records after these'),
    }),
    key: z.strictObject({ key: keyShape }),
    count: z.strictObject({ where }),
    create: z.strictObject({ values: z.strictObject(createShape) }),
    update: z.strictObject({
      key: keyShape,
      values: z
        .strictObject(updateShape)
        .refine((values) => Object.keys(values).length > 0, 'must change something'),
    }),
  }
}

const shapeOf = (columns: readonly Column[], schema: (column: Column) => z.ZodType) =>
  Object.fromEntries(columns.map((column) => [column.name, schema(column)]))
