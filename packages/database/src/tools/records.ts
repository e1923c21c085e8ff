import { createHash } from 'node:crypto'
import { CoreErrors, type RunContext, type Transaction } from '@titanforge/core'
import type { Database } from '../database.js'
import { DatabaseErrors } from '../errors.js'
import { tableOf, type Table } from '../models/table.js'
import { jsonOf } from './column-type.js'
import { conditionsOf, type Filter } from './filter.js'
import type { Grant } from './grant.js'

type Values = Record<string, unknown>

export interface Search {
  where: Filter[]
  orderBy?: { column: string; direction: 'asc' | 'desc' } | undefined
  limit: number
  offset: number
}

/** The records of one model within one call's reach, in a transaction. */
export class Records {
  readonly #table: Table
  readonly #scope: Values

  /** @throws SCOPE_MISSING */
  constructor(
    private readonly grant: Grant,
    db: Database,
    private readonly tx: Transaction,
    private readonly ctx: RunContext,
  ) {
    this.#table = tableOf(db, grant.definition)
    this.#scope = scopeOf(grant, ctx)
  }

  async find({
    where,
    orderBy,
    limit,
    offset,
  }: Search): Promise<{ records: Values[]; more: boolean }> {
    const binds = new Binds()
    const direction = orderBy?.direction === 'desc' ? 'DESC' : 'ASC'
    const order = [
      ...(orderBy ? [`record.${this.#table.column(orderBy.column)} ${direction}`] : []),
      ...this.grant.key.map(({ name }) => `record.${this.#table.column(name)}`),
    ]
    const rows = await this.tx.query(
      `SELECT ${this.#selection} FROM ${this.#table.name} AS record ${this.#where(where, binds)}
       ORDER BY ${order.join(', ')} LIMIT ${binds.add(limit + 1)} OFFSET ${binds.add(offset)}`,
      binds.values,
    )
    return { records: rows.slice(0, limit).map(recordOf), more: rows.length > limit }
  }

  async get(key: Values): Promise<Values | null> {
    const binds = new Binds()
    const [row] = await this.tx.query(
      `SELECT ${this.#selection} FROM ${this.#table.name} AS record ${this.#where(equals(key), binds)}`,
      binds.values,
    )
    return row ? recordOf(row) : null
  }

  async count(where: Filter[]): Promise<number> {
    const binds = new Binds()
    const [row] = await this.tx.query<{ count: string }>(
      `SELECT count(*) AS count FROM ${this.#table.name} AS record ${this.#where(where, binds)}`,
      binds.values,
    )
    return Number(row?.count)
  }

  /** A call that comes again finds the record that it made before. */
  async create(values: Values): Promise<Values> {
    this.#refuseOtherScope(values)
    const made = this.grant.makesKey ? this.#madeKey() : {}
    const all = Object.entries({ ...values, ...this.#scope, ...made })
    const binds = new Binds()
    const columns = all.map(([name]) => this.#table.column(name))
    const places = all.map(([name, value]) => binds.add(this.#table.value(name, value)))
    const key = this.grant.key.map(({ name }) => this.#table.column(name))
    const [row] = await this.tx.query(
      `INSERT INTO ${this.#table.name} AS record
       ${all.length > 0 ? `(${columns.join(', ')}) VALUES (${places.join(', ')})` : 'DEFAULT VALUES'}
       ${this.grant.makesKey ? `ON CONFLICT (${key.join(', ')}) DO NOTHING` : ''}
       RETURNING ${this.#selection}`,
      binds.values,
    )
    return row ? recordOf(row) : this.#present(await this.get(made))
  }

  async update(key: Values, values: Values): Promise<Values> {
    this.#refuseOtherScope(values)
    const binds = new Binds()
    const changes = Object.entries(values).map(
      ([name, value]) =>
        `${this.#table.column(name)} = ${binds.add(this.#table.value(name, value))}`,
    )
    if (this.grant.stamps && !Object.hasOwn(values, 'updatedAt'))
      changes.push(`${this.#table.column('updatedAt')} = now()`)
    const [row] = await this.tx.query(
      `UPDATE ${this.#table.name} AS record SET ${changes.join(', ')} ${this.#where(equals(key), binds)}
       RETURNING ${this.#selection}`,
      binds.values,
    )
    return this.#present(row ? recordOf(row) : null)
  }

  async remove(key: Values): Promise<boolean> {
    const binds = new Binds()
    const rows = await this.tx.query(
      `DELETE FROM ${this.#table.name} AS record ${this.#where(equals(key), binds)} RETURNING 1`,
      binds.values,
    )
    return rows.length > 0
  }

  get #selection(): string {
    const names = this.grant.read.map(({ name }) => name)
    return this.#table.selection(names, 'record')
  }

  /** The conditions of the caller, and those of the scope. */
  #where(filters: readonly Filter[], binds: Binds): string {
    const all = [...filters, ...equals(this.#scope)]
    const conditions = conditionsOf(this.#table, all, (value) => binds.add(value))
    return conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
  }

  #refuseOtherScope(values: Values): void {
    const foreign = Object.keys(values).find(
      (name) => Object.hasOwn(this.#scope, name) && values[name] !== this.#scope[name],
    )
    if (!foreign) return
    const problems = [`values.${foreign}: must be the value of the records within reach`]
    throw CoreErrors.INPUT_INVALID({ what: `record of "${this.grant.definition.name}"`, problems })
  }

  #present(record: Values | null): Values {
    if (!record) throw DatabaseErrors.RECORD_UNKNOWN({ model: this.grant.definition.name })
    return record
  }

  #madeKey(): Values {
    const { definition, key } = this.grant
    const text = `${definition.table}\n${this.ctx.idempotencyKey}`
    return Object.fromEntries(key.map(({ name }) => [name, uuidOf(text)]))
  }
}

/** The values of one statement, in the order of their places. */
class Binds {
  readonly values: unknown[] = []

  add(value: unknown): string {
    return `$${this.values.push(value)}`
  }
}

function scopeOf({ access, definition }: Grant, ctx: RunContext): Values {
  const scope = access.only?.(ctx) ?? {}
  for (const [column, value] of Object.entries(scope)) {
    if (value === undefined || value === null)
      throw DatabaseErrors.SCOPE_MISSING({ model: definition.name, column })
  }
  return scope
}

const equals = (values: Values): Filter[] =>
  Object.entries(values).map(([column, value]) => ({ column, op: 'eq', value }))

const recordOf = (row: object): Values =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonOf(value)]))

/** A UUID made of a text, always the same (RFC 9562, version 8). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32).split('')
  hex[12] = '8'
  hex[16] = ((parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16)
  return hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
