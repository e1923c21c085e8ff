import test from 'ava'
import { testServer } from '../../src/testing/index.js'
import { query } from '../embedded/query.js'

test('a server of its own keeps what was committed, its port and its settings over a crash', async (t) => {
  const server = await testServer('crash', { max_connections: '37' })
  t.teardown(server.stop)
  const { url, drop } = await server.database()
  await query(url, 'CREATE TABLE kept AS SELECT 7 AS number')
  const [before] = await query(url, 'SELECT pg_postmaster_start_time() AS at')
  await server.crash()
  t.deepEqual(await query(url, 'SELECT number FROM kept'), [{ number: 7 }])
  t.deepEqual(await query(url, 'SHOW max_connections'), [{ max_connections: '37' }])
  t.notDeepEqual(await query(url, 'SELECT pg_postmaster_start_time() AS at'), [before])
  await drop()
})
