import { defineTool, type RunContext, type Tool, type ToolEffect } from '@titanforge/core'
import { z } from 'zod'
import { Database } from '../database.js'
import type { AnyAccess, ColumnOf, ModelAccess, RowOf } from './access.js'
import type { Filter } from './filter.js'
import { grantOf } from './grant.js'
import { Records } from './records.js'
import { schemasOf } from './schemas.js'
import { inToolTransaction } from './tool-transaction.js'

/** A value as tools give it: dates are ISO 8601 text. */
type Json<Value> = Value extends Date ? string : Value
type RecordOf<Name, Read extends ColumnOf<Name>> = { [Column in Read]: Json<RowOf<Name>[Column]> }
type Values = Record<string, unknown>

export interface FindInput<Column extends string> {
  where?: Filter<Column>[]
  orderBy?: { column: Column; direction?: 'asc' | 'desc' }
  /** 1 to 100; 20 if left out. */
  limit?: number
  offset?: number
}

interface AllTools<Found, Column extends string> {
  find: Tool<FindInput<Column>, { records: Found[]; more: boolean }>
  get: Tool<{ key: Values }, Found | null>
  count: Tool<{ where?: Filter<Column>[] }, { count: number }>
  create: Tool<{ values: Values }, Found>
  update: Tool<{ key: Values; values: Values }, Found>
  remove: Tool<{ key: Values }, { removed: boolean }>
}

type Verbs<Access> =
  | 'find'
  | 'get'
  | 'count'
  | (Access extends { create: readonly string[] } ? 'create' : never)
  | (Access extends { update: readonly string[] } ? 'update' : never)
  | (Access extends { remove: true } ? 'remove' : never)

/** The tools that an access comes to. */
export type ModelTools<Name, Read extends ColumnOf<Name>, Access> = Pick<
  AllTools<RecordOf<Name, Read>, Read>,
  Verbs<Access>
>

const STATEMENT_SECONDS = 5

/**
 * The tools with which an agent reads and writes the records of one model: `find_user`, `get_user`,
 * `count_user` and, where the access lists them, `create_user`, `update_user`, `remove_user`. They work in
 * the caller's transaction where there is one.
 *
 * @example
 * const users = modelTools(db, 'User', { read: ['id', 'email'], update: ['fullName'] })
 * defineAgent({ …, tools: Object.values(users), run: (_, ctx) => ctx.tool(users.find, { limit: 3 }) })
 * @throws MODEL_UNKNOWN, COLUMN_UNKNOWN, TOOLS_INVALID
 */
export function modelTools<
  Name extends string,
  const Read extends ColumnOf<Name>,
  const Access extends ModelAccess<Name, Read>,
>(
  db: Pick<Database, 'definition'>,
  name: Name,
  access: Access & { read: readonly Read[] },
): ModelTools<Name, Read, Access> {
  return toolsOf(db, name, access) as ModelTools<Name, Read, Access>
}

/** {@link modelTools} of several models, as a list. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- inferred from the keys
export function databaseTools<Names extends string>(
  db: Pick<Database, 'definition'>,
  access: { readonly [Name in Names]: ModelAccess<Name> },
): Tool[] {
  return Object.entries<AnyAccess>(access).flatMap(([name, model]) =>
    Object.values(toolsOf(db, name, model)),
  )
}

function toolsOf(
  db: Pick<Database, 'definition'>,
  name: string,
  access: AnyAccess,
): Record<string, Tool> {
  const grant = grantOf(db.definition(name), access)
  const schemas = schemasOf(grant)
  const { statementSeconds = STATEMENT_SECONDS } = access
  const tool = <In extends z.ZodType, Out extends z.ZodType>(
    verb: string,
    does: string,
    effect: ToolEffect,
    [input, output]: [In, Out],
    work: (records: Records, input: z.output<In>) => Promise<z.input<Out>>,
  ): Tool => {
    const toolName = `${verb}_${snakeCase(name)}`
    return defineTool({
      name: toolName,
      description: `${does} of ${name}.`,
      effect,
      input,
      output,
      run: (given: z.output<In>, ctx: RunContext) => {
        const database = ctx.get(Database)
        return inToolTransaction(database, toolName, statementSeconds, (tx) =>
          work(new Records(grant, database, tx, ctx), given),
        )
      },
    })
  }
  const { record, key } = schemas
  return {
    find: tool('find', 'Finds records', 'read', [schemas.find, schemas.page], (it, search) =>
      it.find(search),
    ),
    get: tool('get', 'Reads one record', 'read', [key, record.nullable()], (it, given) =>
      it.get(given.key),
    ),
    count: tool(
      'count',
      'Counts records',
      'read',
      [schemas.count, z.strictObject({ count: z.int() })],
      async (it, { where }) => ({ count: await it.count(where) }),
    ),
    ...(grant.create && {
      // Where somebody gives the key, a second call cannot tell its own record from another's.
      create: tool(
        'create',
        'Makes a record',
        grant.makesKey ? 'idempotent' : 'external',
        [schemas.create, record],
        (it, { values }) => it.create(values),
      ),
    }),
    ...(grant.update && {
      update: tool(
        'update',
        'Changes one record',
        'idempotent',
        [schemas.update, record],
        (it, given) => it.update(given.key, given.values),
      ),
    }),
    ...(access.remove === true && {
      remove: tool(
        'remove',
        'Removes one record',
        'idempotent',
        [key, z.strictObject({ removed: z.boolean() })],
        async (it, given) => ({ removed: await it.remove(given.key) }),
      ),
    }),
  }
}

const snakeCase = (name: string) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase()
