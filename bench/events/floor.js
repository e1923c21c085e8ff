import { clearTimeout, setTimeout } from 'node:timers'
import { openPool } from './pool.js'
import { INSERT } from './sink.js'

const BATCH = 500
const POLL_MS = 1_000

const TABLE = `CREATE TABLE queue (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL,
  payload jsonb NOT NULL
)`
const ADD = {
  name: 'add',
  text: `WITH added AS (INSERT INTO queue (event_id, payload) VALUES ($1, $2))
         SELECT pg_notify('queue', '')`,
}
const ADD_ALL = {
  name: 'add all',
  text: `WITH added AS (
           INSERT INTO queue (event_id, payload) SELECT * FROM unnest($1::uuid[], $2::jsonb[])
         )
         SELECT pg_notify('queue', '')`,
}
const TAKE = {
  name: 'take',
  // As an array, for the index to be used whatever the table's size is thought to be.
  text: `DELETE FROM queue WHERE id = ANY(ARRAY(
           SELECT id FROM queue ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
         )) RETURNING event_id, payload`,
}

/**
 * What somebody writes by hand who needs nothing else: one table, one transaction a batch, woken by NOTIFY.
 * It has no log, no retries, no second consumer, and prepared statements everywhere.
 */
export async function floor(url, { consume, done }) {
  const { pool, transaction } = openPool(url)
  await pool.query(TABLE)
  const loop = consume ? await startLoop(pool, done) : undefined
  return {
    name: 'SKIP LOCKED loop',
    publish: (payload) =>
      transaction((client) => client.query({ ...ADD, values: [payload.id, payload] })),
    publishAll: (payloads) =>
      transaction((client) =>
        client.query({
          ...ADD_ALL,
          values: [payloads.map(({ id }) => id), payloads.map((one) => JSON.stringify(one))],
        }),
      ),
    async close() {
      await loop?.stop()
      await pool.end()
    },
  }
}

async function startLoop(pool, done) {
  let stopped = false
  let wake = () => undefined
  const listener = await pool.connect()
  const client = await pool.connect()
  listener.on('notification', () => wake())
  await listener.query('LISTEN queue')

  async function handleBatch() {
    await client.query('BEGIN')
    const { rows } = await client.query(TAKE)
    for (const { event_id: id, payload } of rows) {
      await client.query({ name: 'sink', text: INSERT, values: [id, payload] })
    }
    await client.query('COMMIT')
    for (const { event_id: id } of rows) done(id)
    return rows.length
  }
  async function run() {
    while (!stopped) {
      // Made before the look, so that no call is missed.
      const woken = new Promise((resolve) => {
        const timer = setTimeout(resolve, POLL_MS)
        wake = () => (clearTimeout(timer), resolve())
      })
      if ((await handleBatch()) === 0) await woken
      else wake()
    }
  }
  const ended = run()
  return {
    async stop() {
      stopped = true
      wake()
      await ended
      client.release()
      listener.release(true)
    },
  }
}
