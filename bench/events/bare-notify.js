import { openPool } from './pool.js'
import { INSERT } from './sink.js'

/**
 * The least that a row written in one place and a row written in answer to it can cost: a commit, a
 * notification, a commit. The event itself travels in the notification.
 */
export async function bareNotify(url, { done }) {
  const { pool, transaction } = openPool(url)
  await pool.query('CREATE TABLE log (event_id uuid PRIMARY KEY, payload jsonb NOT NULL)')
  const listener = await pool.connect()
  listener.on('notification', async ({ payload: text }) => {
    const payload = JSON.parse(text)
    await pool.query({ name: 'sink', text: INSERT, values: [payload.id, payload] })
    done(payload.id)
  })
  await listener.query('LISTEN told')
  return {
    name: 'bare NOTIFY',
    publish: (payload) =>
      transaction((client) =>
        client.query({
          name: 'tell',
          text: `WITH logged AS (INSERT INTO log (event_id, payload) VALUES ($1, $2))
                 SELECT pg_notify('told', $2::jsonb::text)`,
          values: [payload.id, payload],
        }),
      ),
    async close() {
      listener.release(true)
      await pool.end()
    },
  }
}
