import test from 'ava'
import { testDatabase, waitFor } from '../../src/testing/index.js'
import { query } from '../embedded/query.js'

test('each database is fresh and its own, and goes although somebody is connected', async (t) => {
  const [one, other] = [await testDatabase(), await testDatabase()]
  await query(one.url, 'CREATE TABLE mine ()')
  t.deepEqual(await query(other.url, `SELECT to_regclass('mine') AS found`), [{ found: null }])
  const sleeping = t.throwsAsync(query(one.url, 'SELECT pg_sleep(60)'), { code: '57P01' })
  const name = new URL(one.url).pathname.slice(1)
  const existing = () =>
    query(other.url, `SELECT datname FROM pg_database WHERE datname = '${name}'`)
  t.is((await existing()).length, 1)
  const asleep = async () => {
    const sleepers = `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND wait_event = 'PgSleep'`
    return (await query(other.url, sleepers)).length > 0
  }
  await waitFor(asleep, { what: 'somebody to be connected' })
  await one.drop()
  t.is((await existing()).length, 0)
  await sleeping
  await other.drop()
})
