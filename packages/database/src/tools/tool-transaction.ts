import { CoreErrors, ForgeError, messageOf, type Transaction } from '@titanforge/core'
import type { Database } from '../database.js'

const turns = new WeakMap<Transaction, Promise<unknown>>()

/**
 * Runs a tool's statements in the caller's transaction, where there is one, as a part that may fail alone;
 * and otherwise in one of their own.
 *
 * @throws INPUT_INVALID where PostgreSQL refuses a value or a record.
 */
export async function inToolTransaction<Result>(
  db: Database,
  tool: string,
  statementSeconds: number,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const limited = (tx: Transaction) => withLimit(tx, statementSeconds * 1000, () => work(tx))
  const { current } = db
  try {
    if (!current) return await db.transaction(limited)
    // Tools may be called side by side, and savepoints of one transaction cannot be.
    const before = turns.get(current) ?? Promise.resolve()
    const turn = before.then(() => current.savepoint(() => limited(current)))
    turns.set(
      current,
      turn.catch(() => undefined),
    )
    return await turn
  } catch (error) {
    throw asProblem(error, tool)
  }
}

/** Limits statements to the given milliseconds, or to less where less is in force. */
async function withLimit<Result>(
  tx: Transaction,
  ms: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const [row] = await tx.query<{ before: string }>(
    `SELECT current_setting('statement_timeout') AS before, set_config('statement_timeout', least($1::int,
       nullif(extract(epoch FROM current_setting('statement_timeout')::interval) * 1000, 0))::int::text, true)`,
    [Math.ceil(ms)],
  )
  const result = await work()
  await tx.query(`SELECT set_config('statement_timeout', $1, true)`, [row?.before])
  return result
}

interface SqlError {
  code?: unknown
  constraint?: string
  column?: string
}

/** PostgreSQL's own message tells of values only where they are the caller's; its details are left out. */
function asProblem(error: unknown, tool: string): unknown {
  if (error instanceof ForgeError) return error
  const { code, constraint = '', column = '' } = error as SqlError
  if (typeof code !== 'string') return error
  const problem = PROBLEMS[code]?.(constraint || column)
  const message = code.startsWith('22') ? messageOf(error) : problem
  if (!message) return error
  const what = `input of tool "${tool}"`
  return CoreErrors.INPUT_INVALID(
    { what, problems: [message] },
    { details: [{ path: '', message }] },
  )
}

// https://www.postgresql.org/docs/18/errcodes-appendix.html
const PROBLEMS: Partial<Record<string, (subject: string) => string>> = {
  '23502': (column) => `${column} is required`,
  '23503': (constraint) => `a record that is referred to is missing, or would be (${constraint})`,
  '23505': (constraint) => `another record has the same value already (${constraint})`,
  '23514': (constraint) => `a value is not among those that are allowed (${constraint})`,
}
