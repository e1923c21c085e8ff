import { testDatabase, waitFor } from '@titanforge/database/testing'
import test from 'ava'
import pg from 'pg'
import { application, record } from './application.js'

test('a database whose transactions are serializable by default delivers each event once, in order', async (t) => {
  const { url, drop } = await testDatabase()
  t.teardown(drop)
  const client = new pg.Client(url)
  await client.connect()
  const name = new URL(url).pathname.slice(1)
  await client.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'serializable'`)
  await client.end()

  const consumers = () => [record('a'), record('clerk', { order: 'key' })]
  const app = await application(t, { url, on: consumers() })
  await application(t, { url, on: consumers() })
  const texts = Array.from({ length: 100 }, (_, n) => `k-${n}`)
  await Promise.all(texts.map((text) => app.publish(text, { source: 'test', externalId: text })))
  for (const consumer of ['a', 'clerk']) {
    await waitFor(async () => (await app.effects(consumer)).length >= texts.length)
    t.deepEqual((await app.effects(consumer)).toSorted(), texts.toSorted())
  }
  t.deepEqual(
    app.lines.filter((line) => line.includes('could not serialize')),
    [],
  )
})
