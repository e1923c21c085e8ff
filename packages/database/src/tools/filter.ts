import { z } from 'zod'
import type { Table } from '../models/table.js'
import type { Column } from './grant.js'

/** One condition of a search; all of them must hold. */
export interface Filter<Name extends string = string> {
  column: Name
  op: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'in' | 'is_null' | 'contains' | 'starts_with'
  /** For `in` a list; for `is_null` true or false; otherwise a value of the column's type. */
  value: unknown
}

const MAX_FILTERS = 20
const MAX_LIST = 100

const EQUALITY = ['eq', 'ne'] as const
const ORDER = ['lt', 'lte', 'gt', 'gte'] as const
const TEXT = ['contains', 'starts_with'] as const

/** The schema of the conditions on some columns: each with the operators that its type has. */
export function filtersSchema(columns: readonly Column[]): z.ZodType<Filter[]> {
  const byType = Map.groupBy(columns, ({ type }) => type)
  const groups = [...byType].map(([type, members]) => {
    const column = z.enum(members.map(({ name }) => name))
    const comparisons = [...(type.equals ? EQUALITY : []), ...(type.ordered ? ORDER : [])]
    const isNull = z.strictObject({ column, op: z.literal('is_null'), value: z.boolean() })
    const options = [
      ...(type.equals
        ? [
            z.strictObject({ column, op: z.enum(comparisons), value: type.input }),
            z.strictObject({
              column,
              op: z.literal('in'),
              value: z.array(type.input).min(1).max(MAX_LIST),
            }),
          ]
        : []),
      ...(type.text ? [z.strictObject({ column, op: z.enum(TEXT), value: type.input })] : []),
    ]
    return z.discriminatedUnion('op', [isNull, ...options])
  })
  const [first, ...others] = groups
  if (!first) return z.array(z.never()).max(0)
  return z.array(z.discriminatedUnion('column', [first, ...others])).max(MAX_FILTERS)
}

const COMPARE = {
  eq: '=',
  ne: 'IS DISTINCT FROM',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
} as const

/** Binds a value, and resolves with its place, such as `$3`. */
export type Bind = (value: unknown) => string

/** The conditions as SQL on the table `record`. Names come from the model, values are bound. */
export function conditionsOf(table: Table, filters: readonly Filter[], bind: Bind): string[] {
  return filters.map(({ column, op, value }) => {
    const place = `record.${table.column(column)}`
    switch (op) {
      case 'is_null':
        return `${place} IS ${value === true ? '' : 'NOT '}NULL`
      case 'in':
        return `${place} = ANY(${bind(value)})`
      case 'contains':
        return `${place} ILIKE ${bind(`%${literal(value)}%`)}`
      case 'starts_with':
        return `${place} ILIKE ${bind(`${literal(value)}%`)}`
      default:
        return `${place} ${COMPARE[op]} ${bind(value)}`
    }
  })
}

/** Text that stands for itself in a pattern. */
const literal = (value: unknown) => String(value).replace(/[\\%_]/g, '\\$&')
