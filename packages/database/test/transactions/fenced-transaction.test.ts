import { createForge, definePlugin } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { Database, database, defineModel } from '../../src/index.js'
import { testDatabase, waitFor } from '../../src/testing/index.js'

const { url, drop } = await testDatabase()
const { log, lines } = captureLog()
const Note = defineModel<{ id: number }>({
  name: 'Note',
  table: 'notes',
  attributes: (types) => ({ id: { type: types.INTEGER, primaryKey: true } }),
})
const notes = definePlugin({ name: 'notes', models: [Note], setup: () => ({}) })
const forge = createForge({ plugins: [database({ url }), notes()], log })
await forge.start()
const db = forge.get(Database)
await db.query('CREATE TABLE notes (id integer PRIMARY KEY)')
test.after.always(async () => {
  await forge.stop()
  await drop()
})

const stored = async (id: number) =>
  (await db.query('SELECT id FROM notes WHERE id = $1', [id])).length === 1

test.serial('what a transaction writes is there after it', async (t) => {
  const result = await db.transaction(async (tx) => {
    await tx.query('INSERT INTO notes VALUES ($1)', [1])
    return 'done'
  })
  t.is(result, 'done')
  t.true(await stored(1))
})

test.serial('a throw undoes everything and reaches the caller', async (t) => {
  const failure = await t.throwsAsync(
    db.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES ($1)', [2])
      throw new Error('changed my mind')
    }),
  )
  t.is(failure.message, 'changed my mind')
  t.false(await stored(2))
})

test.serial('a swallowed SQL error cannot look like success, and no hook runs', async (t) => {
  let committed = false
  await t.throwsAsync(
    db.transaction(async (tx) => {
      tx.onCommit(() => (committed = true))
      await tx.query('INSERT INTO notes VALUES ($1)', [3])
      await t.throwsAsync(tx.query('SELECT 1 / 0'))
    }),
    { code: 'TRANSACTION_ABORTED' },
  )
  t.false(await stored(3))
  t.false(committed)
})

test.serial('hooks run after the commit, when others can see it', async (t) => {
  let seen: Promise<boolean> | undefined
  await db.transaction(async (tx) => {
    await tx.query('INSERT INTO notes VALUES ($1)', [4])
    tx.onCommit(() => {
      seen = stored(4)
    })
    t.is(seen, undefined)
  })
  t.true(await seen)
})

test.serial(
  'a query after the end is refused instead of reaching the connection of somebody else',
  async (t) => {
    let late: (() => Promise<unknown>) | undefined
    await db.transaction(async (tx) => {
      late = () => tx.query('SELECT 1')
    })
    await t.throwsAsync(async () => late?.(), { code: 'TRANSACTION_OVER' })
  },
)

test.serial(
  'a connection that dies inside a transaction is an error, and the next transaction works',
  async (t) => {
    await t.throwsAsync(
      db.transaction(async (tx) => {
        await tx.query('INSERT INTO notes VALUES ($1)', [5])
        await db.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()",
        )
        await tx.query('SELECT 1')
      }),
    )
    t.false(await stored(5))
    await db.transaction(async (tx) => void (await tx.query('INSERT INTO notes VALUES ($1)', [6])))
    t.true(await stored(6))
  },
)

test.serial(
  'the reason of an aborted transaction is the first statement that failed',
  async (t) => {
    await t.throwsAsync(
      db.transaction(async (tx) => {
        await t.throwsAsync(tx.query('SELECT 1 / 0'))
        await t.throwsAsync(tx.query('SELECT 1'))
      }),
      { code: 'TRANSACTION_ABORTED', message: /division by zero/ },
    )
  },
)

test.serial('a failure that a model call swallows cannot look like success either', async (t) => {
  await db.query('INSERT INTO notes VALUES (10)')
  let committed = false
  await t.throwsAsync(
    db.transaction(async (tx) => {
      tx.sequelize.afterCommit(() => {
        committed = true
      })
      const note = db.model(Note)
      await note.create({ id: 11 }, { transaction: tx.sequelize })
      await t.throwsAsync(note.create({ id: 10 }, { transaction: tx.sequelize }), {
        name: 'SequelizeUniqueConstraintError',
      })
    }),
    { code: 'TRANSACTION_ABORTED', message: /duplicate key/ },
  )
  t.false(await stored(11))
  t.false(committed)
})

test.serial(
  'models work in the transaction, down to findOrCreate with its savepoint',
  async (t) => {
    let committed = 0
    await db.transaction(async (tx) => {
      const options = { transaction: tx.sequelize }
      tx.sequelize.afterCommit(() => void committed++)
      const note = db.model(Note)
      const [, first] = await note.findOrCreate({ where: { id: 20 }, ...options })
      const [, again] = await note.findOrCreate({ where: { id: 20 }, ...options })
      t.deepEqual([first, again], [true, false])
      t.deepEqual(await tx.query('SELECT id FROM notes WHERE id = 20'), [{ id: 20 }])
      t.false(await stored(20))
      t.is(committed, 0)
    })
    t.true(await stored(20))
    t.is(committed, 1)
  },
)

test.serial('a failure that nobody has waited for yet aborts too', async (t) => {
  await t.throwsAsync(
    db.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (25)')
      tx.query('SELECT 1 / 0').catch(() => undefined)
    }),
    { code: 'TRANSACTION_ABORTED' },
  )
  t.false(await stored(25))
})

test.serial(
  'a transaction that is begun past the fence cannot look like success either',
  async (t) => {
    const transaction = await db.sequelize.transaction()
    await db.model(Note).create({ id: 26 }, { transaction })
    await t.throwsAsync(db.sequelize.query('SELECT 1 / 0', { transaction }))
    await t.throwsAsync(transaction.commit(), { code: 'TRANSACTION_ABORTED', message: /division/ })
    t.false(await stored(26))
    const [, made] = await db.model(Note).findOrCreate({ where: { id: 27 } })
    t.true(made)
    t.true(await stored(27))
  },
)

test.serial(
  "a rollback of Sequelize's own that fails is logged, and printed by nobody",
  async (t) => {
    const before = lines.length
    const printed: unknown[] = []
    const { warn } = console
    console.warn = (...parts) => void printed.push(parts)
    t.teardown(() => (console.warn = warn))
    const transaction = await db.sequelize.transaction()
    const end = 'SELECT pg_terminate_backend(pg_backend_pid())'
    await t.throwsAsync(db.sequelize.query(end, { transaction }), { code: 'DATABASE_UNREACHABLE' })
    await transaction.rollback()
    t.deepEqual(printed, [])
    t.true(lines.slice(before).some((line) => line.includes('a rollback failed')))
    t.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
  },
)

test.serial('an error of a model call keeps the values of the statement to itself', async (t) => {
  await db.query('INSERT INTO notes VALUES (28)')
  const error = await t.throwsAsync<Error & Record<string, unknown>>(
    db.model(Note).create({ id: 28 }),
    { name: 'SequelizeUniqueConstraintError' },
  )
  t.like(error.original, { parameters: [] })
  const wrong = db.model(Note).findAll({ where: { id: "s3cret'" } })
  const other = await t.throwsAsync<Error & Record<string, unknown>>(wrong)
  t.notRegex(String(other.sql), /s3cret/)
})

test.serial('nobody but the fence ends the transaction', async (t) => {
  for (const end of ['COMMIT', 'ROLLBACK', 'COMMIT; INSERT INTO notes VALUES (31)']) {
    let committed = false
    await t.throwsAsync(
      db.transaction(async (tx) => {
        tx.onCommit(() => (committed = true))
        await tx.query(end)
      }),
      { code: 'TRANSACTION_ENDED' },
      end,
    )
    t.false(committed)
  }
  await t.throwsAsync(
    db.transaction(async (tx) => {
      await t.throwsAsync(tx.query('INSERT INTO notes VALUES (32); ROLLBACK; SELECT 1 / 0'))
    }),
    { code: 'TRANSACTION_ENDED' },
  )
  await t.throwsAsync(
    db.transaction(async (tx) => {
      tx.query('ROLLBACK').catch(() => undefined)
    }),
    { code: 'TRANSACTION_ENDED' },
  )
  await t.throwsAsync(
    db.transaction(async (tx) => {
      await tx.sequelize.commit()
    }),
    { code: 'TRANSACTION_ENDED' },
  )
  await t.throwsAsync(
    db.transaction(async (tx) => {
      await tx.sequelize.rollback()
    }),
    { code: 'TRANSACTION_ENDED' },
  )
})

test.serial('a model call after the end is refused', async (t) => {
  let late: Parameters<typeof db.transaction>[0] extends (tx: infer Tx) => unknown
    ? Tx | undefined
    : never
  let options: object | undefined
  await db.transaction(async (tx) => {
    late = tx
    options = { transaction: tx.sequelize }
  })
  t.throws(() => late?.sequelize, { code: 'TRANSACTION_OVER' })
  t.throws(() => late?.onCommit(() => undefined), { code: 'TRANSACTION_OVER' })
  await t.throwsAsync(async () => late?.savepoint(async () => 1), { code: 'TRANSACTION_OVER' })
  await t.throwsAsync(db.model(Note).findAll(options), { message: /you can no longer use it/ })
})

test.serial('a savepoint undoes its part alone, with its hooks', async (t) => {
  const ran: string[] = []
  await db.transaction(async (tx) => {
    tx.onCommit(() => ran.push('outer'))
    await tx.query('INSERT INTO notes VALUES (40)')
    await t.throwsAsync(
      tx.savepoint(async () => {
        tx.onCommit(() => ran.push('undone'))
        await tx.query('INSERT INTO notes VALUES (41)')
        await tx.query('INSERT INTO notes VALUES (40)')
      }),
      { code: '23505' },
    )
    await tx.savepoint(async () => {
      await tx.query('INSERT INTO notes VALUES (42)')
      await t.throwsAsync(
        tx.savepoint(async () => tx.query('SELECT 1 / 0')),
        { code: '22012' },
      )
    })
  })
  t.deepEqual(await Promise.all([40, 41, 42].map(stored)), [true, false, true])
  t.deepEqual(ran, ['outer'])
})

test.serial('a failure that is swallowed in a savepoint undoes the savepoint', async (t) => {
  await db.transaction(async (tx) => {
    await tx.query('INSERT INTO notes VALUES (50)')
    await t.throwsAsync(
      tx.savepoint(async () => {
        await tx.query('INSERT INTO notes VALUES (51)')
        await t.throwsAsync(tx.query('SELECT 1 / 0'))
      }),
      { code: '25P02' },
    )
  })
  t.deepEqual(await Promise.all([50, 51].map(stored)), [true, false])
})

test.serial('a commit that PostgreSQL refuses is an error, and no hook runs', async (t) => {
  await db.query('CREATE TABLE links (id integer REFERENCES notes DEFERRABLE INITIALLY DEFERRED)')
  let committed = false
  await t.throwsAsync(
    db.transaction(async (tx) => {
      tx.onCommit(() => (committed = true))
      await tx.query('INSERT INTO links VALUES (404)')
    }),
    { code: '23503' },
  )
  t.false(committed)
  t.deepEqual(await db.query('SELECT * FROM links'), [])
})

test.serial(
  'a connection that is lost in the commit leaves the outcome unknown, and says so',
  async (t) => {
    // A deferred trigger runs in the commit, and ends the connection there.
    await db.query(`
    CREATE TABLE doomed (id integer);
    CREATE FUNCTION doom() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER doom AFTER INSERT ON doomed
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doom()`)
    let committed = false
    await t.throwsAsync(
      db.transaction(async (tx) => {
        tx.onCommit(() => (committed = true))
        await tx.query('INSERT INTO doomed VALUES (1)')
      }),
      { code: 'COMMIT_UNKNOWN' },
    )
    t.false(committed)
    t.deepEqual(await db.query('SELECT 1 AS one'), [{ one: 1 }])
  },
)

test.serial('a connection that is lost before the commit leaves nothing unknown', async (t) => {
  const end = 'SELECT pg_terminate_backend(pg_backend_pid())'
  const doomed = [
    db.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (60)')
      await t.throwsAsync(tx.query(end))
    }),
    db.transaction(async (tx) => {
      await tx.query('INSERT INTO notes VALUES (60)')
      await t.throwsAsync(
        tx.savepoint(() => tx.query(end)),
        { code: 'DATABASE_UNREACHABLE' },
      )
    }),
  ]
  for (const transaction of doomed)
    await t.throwsAsync(transaction, { code: 'DATABASE_UNREACHABLE', message: /terminating/ })
  t.false(await stored(60))
})

test.serial('a transaction has a time limit for its statements, if it asks for one', async (t) => {
  const [hasty, patient] = [{ statementSeconds: 0.2 }, { statementSeconds: 0 }]
  const sleep = 'SELECT pg_sleep(30)'
  await t.throwsAsync(
    db.transaction((tx) => tx.query(sleep), hasty),
    { code: 'STATEMENT_TIMED_OUT' },
  )
  const limit = { statement_timeout: '0' }
  t.deepEqual(await db.transaction((tx) => tx.query('SHOW statement_timeout'), patient), [limit])
})

test.serial('a hook that fails, at once or later, is logged and harms nobody', async (t) => {
  await db.transaction(async (tx) => {
    tx.onCommit(() => {
      throw new Error('at once')
    })
    const later = async () => {
      await db.query('SELECT 1')
      throw new Error('and later')
    }
    const hook: () => unknown = later
    tx.onCommit(hook)
  })
  await waitFor(() => ['at once', 'and later'].every((text) => lines.join().includes(text)))
  t.pass()
})

test.serial(
  'a connection that is given back within a transaction is not lent to others',
  async (t) => {
    const small = createForge({ plugins: [database({ url, poolSize: 1 })], log })
    await small.start()
    const only = small.get(Database)
    await only.query('BEGIN')
    t.deepEqual(
      await only.query(
        'SELECT pg_current_xact_id_if_assigned() IS NULL AS none, now() = statement_timestamp() AS own',
      ),
      [{ none: true, own: true }],
    )
    await small.stop()
  },
)

test.serial('the caller finds the transaction that it is in, until it ends', async (t) => {
  t.is(db.current, undefined)
  let after: unknown = 'nothing'
  await db.transaction(async (tx) => {
    t.is(db.current, tx)
    tx.onCommit(() => (after = db.current))
    await db.transaction(async (inner) => t.is(db.current, inner))
    t.is(db.current, tx)
  })
  t.is(after, undefined)
})

test.serial('before the start, the error says when the database can be used', (t) => {
  const unstarted = createForge({ plugins: [database({ url })], log }).get(Database)
  t.throws(() => unstarted.sequelize, { code: 'DATABASE_NOT_STARTED' })
})
