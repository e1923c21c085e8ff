import type { Transaction } from '@titanforge/core'
import type { Database } from '../database.js'
import { DatabaseErrors } from '../errors.js'
import type { ModelDefinition } from './model.js'
import { tableOf, type Table } from './table.js'

type Attribute<Row> = keyof Row & string

export interface UpsertOptions<Row> {
  /** The attributes of the unique index that decides whether the row is there already. */
  conflict: readonly Attribute<Row>[]
  /**
   * The attributes that the row which is there takes over; if left out, all that are given, without those
   * of `conflict` and of the primary key.
   */
  update?: readonly Attribute<Row>[]
  /**
   * SQL: when the row that is there (`current`) takes over from the one that was to come (`excluded`), such
   * as `current.revision < excluded.revision`. A constant of the program, never made from input.
   */
  where?: string
}

export interface Upserted<Row> {
  /** The row as it is now. */
  row: Row
  /** `unchanged` where `where` said no, or there is nothing to update. */
  outcome: 'inserted' | 'updated' | 'unchanged'
}

/**
 * Inserts a row, or updates the one that is there, in one statement that does not race: what Sequelize's
 * `upsert` cannot say (a condition) or cannot tell (what happened). Sequelize's validators do not run.
 *
 * @example
 * await upsert(db, tx, Forecast, { id: randomUUID(), city: 'Rome', revision: 3 }, {
 *   conflict: ['city'], where: 'current.revision < excluded.revision',
 * })
 * @throws COLUMN_UNKNOWN, MODEL_UNKNOWN, CONFLICT_VANISHED; PostgreSQL's error where another unique index
 * refuses the row.
 */
export async function upsert<Row extends object>(
  db: Pick<Database, 'model'>,
  tx: Pick<Transaction, 'query'>,
  model: ModelDefinition<Row>,
  values: Partial<Row>,
  options: UpsertOptions<Row>,
): Promise<Upserted<Row>> {
  const table = tableOf(db, model)
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  const names = given.map(([name]) => name)
  const insert = insertion(table, names, options)
  const bound = given.map(([name, value]) => table.value(name, value))
  // What stood in the way may be gone when we look; then nothing does any more.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const [written] = await tx.query<Row & { inserted: boolean }>(insert, bound)
    if (written) {
      const { inserted, ...row } = written
      return { row: row as unknown as Row, outcome: inserted ? 'inserted' : 'updated' }
    }
    const row = await present(table, tx, options.conflict, new Map(given))
    if (row) return { row: row as Row, outcome: 'unchanged' }
  }
  throw DatabaseErrors.CONFLICT_VANISHED({ model: model.name })
}

/**
 * Inserts a row where none is there, and resolves with the one that is: `upsert` that never updates.
 *
 * @throws what {@link upsert} throws.
 */
export async function insertIfAbsent<Row extends object>(
  db: Pick<Database, 'model'>,
  tx: Pick<Transaction, 'query'>,
  model: ModelDefinition<Row>,
  values: Partial<Row>,
  conflict: readonly Attribute<Row>[],
): Promise<{ row: Row; inserted: boolean }> {
  const { row, outcome } = await upsert(db, tx, model, values, { conflict, update: [] })
  return { row, inserted: outcome === 'inserted' }
}

const ATTEMPTS = 5

function insertion<Row>(table: Table, names: string[], options: UpsertOptions<Row>): string {
  const { conflict, where } = options
  const kept: readonly string[] = [...conflict, ...table.key]
  const update = options.update ?? names.filter((name) => !kept.includes(name))
  const columns = names.map(table.column)
  const changes = update.map((name) => `${table.column(name)} = excluded.${table.column(name)}`)
  const action = `UPDATE SET ${changes.join(', ')}${where ? ` WHERE ${where}` : ''}`
  // A row version that nobody has locked or replaced is one that this statement made.
  return `INSERT INTO ${table.name} AS current (${columns.join(', ')})
    VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})
    ON CONFLICT (${conflict.map(table.column).join(', ')}) DO ${changes.length > 0 ? action : 'NOTHING'}
    RETURNING ${table.selection(table.attributes, 'current')}, current.xmax = 0 AS inserted`
}

async function present(
  table: Table,
  tx: Pick<Transaction, 'query'>,
  conflict: readonly string[],
  given: Map<string, unknown>,
): Promise<object | undefined> {
  const tests = conflict.map((name, index) => `${table.column(name)} = $${index + 1}`)
  const [row] = await tx.query(
    `SELECT ${table.selection(table.attributes, table.name)} FROM ${table.name} WHERE ${tests.join(' AND ')}`,
    conflict.map((name) => table.value(name, given.get(name) ?? null)),
  )
  return row
}
