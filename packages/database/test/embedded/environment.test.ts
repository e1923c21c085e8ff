import { createForge } from '@titanforge/core'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { Client } from 'pg'
import { Database, database } from '../../src/index.js'
import { databaseDirectory } from './temporary-folder.js'

test("variables that are meant for another PostgreSQL do not reach the embedded one's start", async (t) => {
  Object.assign(process.env, {
    PGHOST: 'db.example.com',
    PGPORT: '1',
    PGUSER: 'somebody',
    PGPASSWORD: 'wrong',
    PGDATABASE: 'elsewhere',
    PGDATA: '/nowhere',
    PGSSLMODE: 'verify-full',
    PGSSLNEGOTIATION: 'direct',
    PGOPTIONS: '-c statement_timeout=1 -c default_transaction_read_only=on',
  })
  const directory = await databaseDirectory(t)
  const forge = createForge({ plugins: [database({ directory })], log: captureLog().log })
  await forge.start()
  const db = forge.get(Database)
  await db.query('CREATE TABLE written AS SELECT 1 AS one')
  const other = new Client({ connectionString: db.url })
  await other.connect()
  const { rows } = await other.query(
    `SELECT one, current_setting('statement_timeout') AS limit FROM written`,
  )
  t.deepEqual(rows, [{ one: 1, limit: '0' }])
  await other.end()
  await forge.stop()
})
