import { z } from 'zod'

/** What a tool may do with values of one type of column. */
export interface ColumnType {
  /** What a model-driven agent gives: JSON. */
  readonly input: z.ZodType
  /** What it is given. */
  readonly output: z.ZodType
  /** Whether values can be tested for equality, have an order, are text. */
  readonly equals: boolean
  readonly ordered: boolean
  readonly text: boolean
}

/** Sequelize's type, as a class or as an instance of one. */
export interface SequelizeType {
  key: string
  options?: { length?: unknown }
  /** Of an ENUM. */
  values?: readonly string[]
  /** Of an ARRAY's elements. */
  type?: SequelizeType
}

/** The type that belongs to one of Sequelize's; undefined where tools do not handle it. */
export function columnTypeOf(type: SequelizeType): ColumnType | undefined {
  const { key, values = [] } = type
  if (key === 'ENUM') return { ...equal(z.enum(values), z.string()), text: false }
  if (key === 'ARRAY') {
    const element = type.type && columnTypeOf(type.type)
    return element && plain(z.array(element.input), z.array(element.output.nullable()))
  }
  if (key === 'STRING' || key === 'CHAR') {
    const { length } = type.options ?? {}
    const limited = typeof length === 'number' ? text.max(length) : text
    return { ...ordered(limited, z.string()), text: true }
  }
  return TYPES.get(key)
}

const plain = (input: z.ZodType, output: z.ZodType): ColumnType => ({
  input,
  output,
  equals: false,
  ordered: false,
  text: false,
})
const equal = (input: z.ZodType, output: z.ZodType) => ({ ...plain(input, output), equals: true })
const ordered = (input: z.ZodType, output: z.ZodType) => ({
  ...equal(input, output),
  ordered: true,
})

// PostgreSQL stores neither NUL nor half of a surrogate pair.
const isStorable = (value: string) => !value.includes('\0') && value.isWellFormed()
const storable = 'has a character that PostgreSQL does not store (NUL or half of a surrogate pair)'
const text = z.string().refine(isStorable, storable)

const jsonIsStorable = (value: unknown): boolean => {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, item]) => isStorable(key) && jsonIsStorable(item))
}

const instant = z.iso.datetime({ offset: true })
const digits = (pattern: RegExp) => z.union([z.number(), z.string().max(1_000).regex(pattern)])
const int64 = (value: number | string) => {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return BigInt.asIntN(64, BigInt(value)) === BigInt(value)
}

/** By Sequelize's keys, for PostgreSQL's types of 16 to 64 bits and so on. */
const TYPES = new Map<string, ColumnType>([
  ['TEXT', { ...ordered(text, z.string()), text: true }],
  ['CITEXT', { ...ordered(text, z.string()), text: true }],
  ['UUID', equal(z.guid(), z.string())],
  ['BOOLEAN', equal(z.boolean(), z.boolean())],
  ['SMALLINT', ordered(z.int().min(-32_768).max(32_767), z.number())],
  ['INTEGER', ordered(z.int32(), z.number())],
  // As strings, which JSON's numbers are too short for.
  [
    'BIGINT',
    ordered(digits(/^-?\d{1,19}$/).refine(int64, 'is not a whole number of 64 bits'), z.string()),
  ],
  ['DECIMAL', ordered(digits(/^-?\d+(\.\d+)?$/), z.string())],
  ['REAL', ordered(z.number(), z.number())],
  ['FLOAT', ordered(z.number(), z.number())],
  ['DOUBLE PRECISION', ordered(z.number(), z.number())],
  ['DATE', ordered(instant, z.string())],
  ['DATEONLY', ordered(z.iso.date(), z.string())],
  ['TIME', ordered(z.iso.time(), z.string())],
  ['JSON', plain(z.json().refine(jsonIsStorable, storable), z.json())],
  ['JSONB', plain(z.json().refine(jsonIsStorable, storable), z.json())],
])

/** A value as JSON. */
export function jsonOf(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  return Array.isArray(value) ? value.map(jsonOf) : value
}
